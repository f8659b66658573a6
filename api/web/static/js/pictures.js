// Pictures from the camera are made smaller before they leave: a form must arrive over a weak network too.

const LONGEST = 2200;
const SMALL_ENOUGH = 1_500_000;

export async function readPicture(file) {
  const asIs = { name: file.name || "照片.jpg", blob: file };
  if (!file.type.startsWith("image/") || file.size < SMALL_ENOUGH) return asIs;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? { name: `${asIs.name.replace(/\.\w+$/, "")}.jpg`, blob } : asIs;
  } catch {
    return asIs;
  }
}

export const MOST_BYTES = 8_000_000;
const LEAST_PDF = 100;

// What a file is says its beginning, never its name; a picture has to open.
export async function whatIsWrong(blob) {
  const head = new Uint8Array(await blob.slice(0, 8).arrayBuffer());
  const begins = (...bytes) => bytes.every((byte, index) => head[index] === byte);
  if (!blob.size) return "是空的";
  if (begins(0x25, 0x50, 0x44, 0x46, 0x2d)) return blob.size < LEAST_PDF ? "里面没有内容" : null;
  if (!begins(0xff, 0xd8, 0xff) && !begins(0x89, 0x50, 0x4e, 0x47)) return "不是照片（JPG、PNG）也不是 PDF";
  try {
    (await createImageBitmap(blob)).close();
    return null;
  } catch {
    return "这张照片打不开";
  }
}
