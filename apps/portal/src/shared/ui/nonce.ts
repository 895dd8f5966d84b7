let nonce = '';

/** Takes the nonce that the server put into the page. `<style>` elements made by this page carry it, as its content security policy wants. */
export function adoptNonce(): void {
  nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  // The scroll lock of dialogs looks here for it.
  Object.assign(globalThis, { __webpack_nonce__: nonce });
}

export function styleNonce(): string {
  return nonce;
}
