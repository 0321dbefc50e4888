import Detection
import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

@Suite struct `Decoding` {
  /// Draws pictures as cameras and converters make them, prints their names and sizes, and stores OpenCV's decoding
  /// of each beside it.
  static let drawing = """
    import os, struct, sys, cv2, numpy as np, pillow_heif
    from PIL import Image, ImageOps
    pillow_heif.register_heif_opener()
    folder = sys.argv[1] + "/"
    rng = np.random.default_rng(7)
    def smooth(h, w, c=3):
        small = rng.integers(0, 256, (max(h // 8, 1), max(w // 8, 1), c), np.uint8)
        return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC).reshape(h, w, c)
    colour = smooth(61, 83)
    exif = lambda o: (lambda e: (e.__setitem__(0x112, o), e.tobytes())[1])(Image.Exif())
    for orientation in range(1, 9):
        Image.fromarray(colour).save(folder + f"turned{orientation}.jpg", exif=exif(orientation))
        Image.fromarray(colour[..., 0]).save(folder + f"grey-turned{orientation}.jpg", exif=exif(orientation))
    Image.fromarray(colour).save(folder + "progressive.jpg", progressive=True, quality=60)
    Image.fromarray(colour).save(folder + "subsampled.jpg", subsampling=2, quality=75)
    Image.fromarray(colour[..., 0]).save(folder + "grey.jpg")
    Image.fromarray(smooth(40, 50, 4), "CMYK").save(folder + "cmyk.jpg")
    cv2.imwrite(folder + "colour.png", colour)
    cv2.imwrite(folder + "grey.png", colour[..., 0])
    cv2.imwrite(folder + "alpha.png", smooth(33, 47, 4))
    cv2.imwrite(folder + "sixteen.png", (smooth(30, 40).astype(np.uint16) * 257 + 99))
    cv2.imwrite(folder + "grey-sixteen.png", (smooth(30, 40, 1).astype(np.uint16) * 200 + 77))
    Image.fromarray(colour).quantize(16).save(folder + "palette.png")
    Image.fromarray(colour).convert("1").save(folder + "one-bit.png")
    Image.fromarray(colour[..., :2].copy(), "LA").save(folder + "grey-alpha.png")
    cv2.imwrite(folder + "one.png", np.full((1, 1, 3), 200, np.uint8))
    cv2.imwrite(folder + "one.jpg", np.full((1, 1, 3), 77, np.uint8))
    cv2.imwrite(folder + "colour.bmp", colour)
    Image.fromarray(colour[..., 0]).save(folder + "grey.bmp")
    cv2.imwrite(folder + "lossy.webp", colour, [cv2.IMWRITE_WEBP_QUALITY, 80])
    cv2.imwrite(folder + "lossless.webp", colour, [cv2.IMWRITE_WEBP_QUALITY, 101])
    Image.fromarray(smooth(33, 47, 4), "RGBA").save(folder + "alpha.webp")
    cv2.imwrite(folder + "colour.ppm", colour)
    cv2.imwrite(folder + "grey.pgm", colour[..., 0])
    cv2.imwrite(folder + "sixteen.pgm", smooth(30, 40, 1).astype(np.uint16) * 257)
    read = lambda name: open(folder + name, "rb").read()
    write = lambda name, data: open(folder + name, "wb").write(data)
    write("followed.jpg", read("grey.jpg") + b"more")
    # Without an end marker, and with zeros, a note or another picture's start in its place.
    for name in "subsampled", "progressive", "grey":
        write(f"{name}-endless.jpg", read(f"{name}.jpg")[:-2])
    write("padded.jpg", read("subsampled.jpg")[:-2] + bytes(999))
    write("trailer.jpg", read("subsampled.jpg")[:-2] + b"SEFH\\0\\1 a note of the camera's")
    # Another kind of segment before EXIF's.
    note = b"http://ns.adobe.com/xap/1.0/\\0<x/>"
    turned = read("turned6.jpg")
    write("noted.jpg", turned[:2] + b"\\xff\\xe1" + struct.pack(">H", len(note) + 2) + note + turned[2:])
    bitmap = bytearray(read("colour.bmp"))
    bitmap[6:10] = b"GR32"
    write("reserved.bmp", bitmap)
    # With masks in their usual order, and alpha.
    bgra = cv2.cvtColor(colour, cv2.COLOR_BGR2BGRA)[::-1].tobytes()
    write("alpha.bmp", struct.pack("<2sIII", b"BM", 70 + len(bgra), 0, 70)
        + struct.pack("<IiiHHIIiiII", 56, 83, 61, 1, 32, 3, len(bgra), 0, 0, 0, 0)
        + struct.pack("<IIII", 0xff0000, 0xff00, 0xff, 0xff000000) + bgra)
    for name, image in ("text.ppm", colour), ("text.pgm", colour[..., 0]):
        cv2.imwrite(folder + name, image, [cv2.IMWRITE_PXM_BINARY, 0])
    write("mac.pgm", b"P5\\r# grey\\r83 61\\r255\\r" + colour[..., 0].tobytes())
    write("commented.pgm", read("text.pgm").replace(b"255\\n", b"255 # white\\n", 1))
    Image.fromarray(colour).convert("1").save(folder + "bits.pbm")
    write("text.pbm", b"P1 # tight\\n5 3\\n10101 0 1 0 1 0\\n1 1100\\n")
    for compression in None, "tiff_lzw", "tiff_deflate", "packbits", "jpeg", "group4":
        for mode in "RGB", "L", "I;16", "RGBA", "1", "P", "CMYK", "LA":
            image = Image.fromarray(colour[..., 0].astype(np.uint16) * 257) if mode == "I;16" \\
                else Image.fromarray(colour).convert(mode)
            name = folder + f"{compression}-{mode.replace(';', '')}.tiff"
            try:
                image.save(name, compression=compression)
            except Exception:
                # Not every codec takes every kind of pixel.
                if os.path.exists(name): os.remove(name)
    Image.fromarray(colour).save(folder + "pages.tiff", save_all=True, append_images=[Image.fromarray(smooth(9, 9))])
    cv2.imwrite(folder + "sixteen.tiff", smooth(30, 40).astype(np.uint16) * 257 + 99)
    for name, image in ("colour", colour), ("grey", colour[..., 0]), ("sixteen", smooth(61, 83).astype(np.uint16) * 257):
        cv2.imwrite(folder + f"{name}.jp2", image)
    frames = [Image.fromarray(smooth(61, 83)) for _ in range(3)]
    frames[0].save(folder + "animation.gif", save_all=True, append_images=frames[1:])
    frames[0].save(folder + "plain.gif", interlace=False)
    frames[0].quantize(16).save(folder + "transparent.gif", transparency=3)
    frames[0].save(folder + "animation.webp", save_all=True, append_images=frames[1:], lossless=True)
    clear = [Image.fromarray(smooth(61, 83, 4), "RGBA") for _ in range(2)]
    clear[0].save(folder + "alpha-animation.webp", save_all=True, append_images=clear[1:])
    for orientation in range(1, 9):
        frames[0].save(folder + f"turned{orientation}.webp", lossless=True, exif=exif(orientation))
        frames[0].save(folder + f"turned{orientation}.tiff", tiffinfo={0x112: orientation})
    # Colours of every pixel: how those of four are spread over them is each library's own choice.
    for name, image in ("colour", frames[0]), ("grey", frames[0].convert("L")), ("alpha", clear[0]):
        for ending, whole in ("heic", {"chroma": 444}), ("avif", {"subsampling": "4:4:4"}):
            image.save(folder + f"{name}.{ending}", quality=90, **whole)
    for ending in "heic", "avif":
        write(f"trailer.{ending}", read(f"colour.{ending}") + b"a note of the camera's")
    for name in sorted(os.listdir(folder)):
        # OpenCV reads no HEIC, and turned TIFF files only in some versions.
        if name.endswith("heic") or name.startswith("turned") and name.endswith("tiff"):
            image = np.array(ImageOps.exif_transpose(Image.open(folder + name)).convert("RGB"))[..., ::-1].copy()
        else:
            image = cv2.imread(folder + name)
        cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).tofile(folder + name + ".grey")
        image.tofile(folder + name + ".bgr")
        print(name, image.shape[1], image.shape[0])
    """

  /// The tolerance for grey and colours: AVIF and HEIC leave the arithmetic to each library.
  static func tolerance(_ name: String) -> Int {
    name.hasSuffix(".heic") || name.hasSuffix(".avif") ? 3 : 0
  }

  @Test func `gives OpenCV's bytes for every kind of picture`() throws {
    try withTemporaryFolder { folder in
      let lines = try Python.run(Self.drawing, [folder.string]).split(separator: "\n")
      #expect(lines.count > 100)
      var colored = 0
      for line in lines {
        let fields = line.split(separator: " ").map(String.init)
        let bytes = try Self.bytes(folder.appending(fields[0]))
        let gray = try Raster.decodeGray(bytes)
        let color = try Raster.decodeColor(bytes)
        let both = try Raster.decodeGray(bytes, keepingColors: true)
        #expect([String(gray.width), String(gray.height)] == Array(fields[1...2]), "\(line)")
        let expectedGray = try Self.bytes(folder.appending(fields[0] + ".grey"))
        let expectedColor = try Self.bytes(folder.appending(fields[0] + ".bgr"))
        // Compared outside `#expect`, which would take minutes to print how two pictures differ.
        let tolerance = Self.tolerance(fields[0])
        let isSameGray = Self.areAlike(gray.pixels, expectedGray, tolerance)
        let isSameColor = Self.areAlike(color.pixels, expectedColor, tolerance)
        #expect(isSameGray, "grey of \(fields[0])")
        #expect(isSameColor, "colour of \(fields[0])")
        #expect(both.size == gray.size && both.pixels == gray.pixels, "both of \(fields[0])")
        // A grey JPEG has no colours.
        let values = both.pixels.indices.flatMap { pixel in both.colors.map { $0[pixel] } }
        let isKept = values.isEmpty ? both.colors.isEmpty : values == color.pixels
        #expect(isKept, "colours kept of \(fields[0])")
        colored += both.colors.isEmpty ? 0 : 1
      }
      #expect(colored > 50 && colored < lines.count)
    }
  }

  static func areAlike(_ pixels: [UInt8], _ others: [UInt8], _ tolerance: Int) -> Bool {
    pixels.count == others.count
      && (pixels == others
        || zip(pixels, others).allSatisfy { abs(Int($0) - Int($1)) <= tolerance })
  }

  static func bytes(_ path: FilePath) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path.string)))
  }
}
