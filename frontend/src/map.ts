import "maplibre-gl/dist/maplibre-gl.css";
