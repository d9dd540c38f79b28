// Says in words that a passkey was not used; allauth's script tells only the console.
document.addEventListener("allauth.error", function (event) {
  var words = document.getElementById("passkey_failed");
  if (words) {
    event.preventDefault();
    words.hidden = false;
    words.scrollIntoView({ block: "nearest" });
  }
});
