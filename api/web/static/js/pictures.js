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
