declare module "*.css";
declare module "@alpinejs/csp" {
  interface Alpine {
    data(name: string, make: () => object): void;
    start(): void;
  }
  const alpine: Alpine;
  export default alpine;
}
