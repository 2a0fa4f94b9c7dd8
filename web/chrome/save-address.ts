/** @file Saves what an address of the server gives as a file on the user's computer. */

/** Lets the browser download an address; the server names the file. */
export function saveAddress(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}
