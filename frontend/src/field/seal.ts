/**
 * Envelopes that only the server opens (src/linli/field/envelopes.py says how they are made). This phone cannot read
 * them again: the key pair of each is thrown away. So they may lie here without a PIN, until somebody sends them.
 */
import { fromBase64, random, toBase64, utf8 } from "./bytes";
import type { Envelope } from "./shapes";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = utf8("linli field envelope 1");

export interface Address {
  lease: string;
  k: number;
  point: string;
  secret: string;
}

export async function seal(key: string, says: object, to: Address): Promise<Envelope> {
  const body = JSON.stringify(says);
  const vouching = await crypto.subtle.importKey("raw", fromBase64(to.secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = toBase64(await crypto.subtle.sign("HMAC", vouching, utf8(body)));
  const theirs = await crypto.subtle.importKey("raw", fromBase64(to.point), CURVE, false, []);
  const ours = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: INFO };
  const cipher = await crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = random(12);
  const outside = utf8(`${key}|${to.lease}`);
  const inside = utf8(JSON.stringify({ body, mac }));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: outside }, cipher, inside);
  const from = toBase64(await crypto.subtle.exportKey("raw", ours.publicKey));
  return { v: 1, key, lease: to.lease, k: to.k, from, iv: toBase64(iv), data: toBase64(data) };
}
