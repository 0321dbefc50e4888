import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing

@Suite struct `FormatsRead: pictures` {
  /// Kinds of pictures, each with a file that `Decoding.drawing` or `refused` draws.
  static let kinds: KeyValuePairs = [
    "JPEG": "subsampled.jpg",
    "JPEG: progressive": "progressive.jpg",
    "JPEG: grey": "grey.jpg",
    "JPEG: CMYK": "cmyk.jpg",
    "JPEG rotated by EXIF": "turned6.jpg",
    "JPEG rotated by EXIF after another segment": "noted.jpg",
    "JPEG without an end marker, all rows there": "subsampled-endless.jpg",
    "JPEG with zeros instead of the end marker": "padded.jpg",
    "JPEG followed by other data (MPO, a camera's note)": "trailer.jpg",
    "JPEG: cut short": "cut.jpg",
    "JPEG: cut short, and an end marker": "cut-ended.jpg",
    "JPEG of 101 scans": "scans.jpg",
    "PNG": "colour.png",
    "PNG: 16 bits": "sixteen.png",
    "PNG: alpha, which is left out": "alpha.png",
    "PNG: palette": "palette.png",
    "PNG: one bit": "one-bit.png",
    "PNG: cut short": "cut.png",
    "PNG of 60,000×60,000 pixels": "giant.png",
    "BMP": "colour.bmp",
    "BMP with values in its reserved bytes": "reserved.bmp",
    "BMP of 32 bits": "alpha.bmp",
    "BMP of 32 bits with its colours in another order": "swapped.bmp",
    "WebP: lossy": "lossy.webp",
    "WebP: lossless": "lossless.webp",
    "WebP rotated by EXIF, as in browsers": "turned6.webp",
    "WebP: animated, its first frame": "animation.webp",
    "WebP: cut short": "cut.webp",
    "TIFF": "None-RGB.tiff",
    "TIFF: LZW": "tiff_lzw-RGB.tiff",
    "TIFF: Deflate": "tiff_deflate-RGB.tiff",
    "TIFF: JPEG inside": "jpeg-RGB.tiff",
    "TIFF: fax (group 4)": "group4-1.tiff",
    "TIFF: 16 bits": "sixteen.tiff",
    "TIFF of several pages, its first": "pages.tiff",
    "TIFF rotated by its tag": "turned6.tiff",
    "a camera's raw file (DNG)": "raw.dng",
    "HEIC": "colour.heic",
    "AVIF": "colour.avif",
    "HEIC followed by other data": "trailer.heic",
    "AVIF followed by other data": "trailer.avif",
    "GIF: its first frame": "animation.gif",
    "JPEG 2000": "colour.jp2",
    "PPM, PGM": "colour.ppm",
    "PPM, PGM as text": "text.pgm",
    "PGM: 16 bits": "sixteen.pgm",
    "PGM with classic Mac line ends": "mac.pgm",
    "PBM": "bits.pbm",
    "PBM as text": "text.pbm",
    "an empty file (in the inbox, it waits for its writer)": "empty.jpg",
    "text": "text.jpg",
    "SVG": "drawing.svg",
    "PDF": "page.pdf",
    "JPEG XL": "new.jxl",
    "a video (MP4)": "film.mp4",
  ]

  private static let refused = """

    write("cut.jpg", read("subsampled.jpg")[:len(read("subsampled.jpg")) * 3 // 4])
    write("cut-ended.jpg", read("cut.jpg") + b"\\xff\\xd9")
    whole = read("grey.jpg")
    scan = whole.index(b"\\xff\\xda")
    end = scan + 2 + whole[scan + 3]
    write("scans.jpg", whole[:scan] + whole[scan:end] * 100 + whole[scan:])
    for name in "colour.png", "lossy.webp":
        write("cut." + name[-4:].strip("."), read(name)[:-20])
    write("giant.png", b"\\x89PNG\\r\\n\\x1a\\n" + struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 60000, 60000, 8, 2, 0, 0, 0, 0))
    Image.fromarray(colour).save(folder + "raw.dng", "TIFF", tiffinfo={0xc612: 1})
    swapped = bytearray(read("alpha.bmp"))
    swapped[54:66] = swapped[62:66] + swapped[58:62] + swapped[54:58]
    write("swapped.bmp", swapped)
    write("empty.jpg", b"")
    write("text.jpg", b"Not Found")
    write("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    write("page.pdf", b"%PDF-1.7")
    write("new.jxl", b"\\0\\0\\0\\x0cJXL \\r\\n\\x87\\n")
    write("film.mp4", b"\\0\\0\\0\\x20ftypisom\\0\\0\\2\\0isomiso2avc1mp41")
    """

  @Test func `is what the page says`() throws {
    let rows = try withTemporaryFolder { folder in
      _ = try Python.run(Decoding.drawing + Self.refused, [folder.string])
      return try Self.kinds.map {
        FormatsPage.Row($0.key, try outcome(of: $0.value, in: folder))
      }
    }
    let difference = try FormatsPage.difference(
      inSection: "Pictures",
      """
      Pictures are recognised by their content, whatever their names; hidden files are ignored. Grey is made from colour as \
      OpenCV does. The reference is OpenCV, and Pillow for HEIC and for TIFF files rotated by a tag. From Debian 13 on, HEIC \
      and AVIF need libheif's plugins; if one is missing, the reason names it.
      """, rows)
    #expect(difference == nil)
  }

  private func outcome(of name: String, in folder: FilePath) throws -> String {
    let bytes = try Decoding.bytes(folder.appending(name))
    let color: ColorImage
    do { color = try Raster.decodeColor(bytes) } catch { return "refused: “\(error)”" }
    let expected = try Decoding.bytes(folder.appending(name + ".bgr"))
    guard color.pixels != expected else { return "the same pixels as the reference" }
    let tolerance = Decoding.tolerance(name)
    #expect(Decoding.areAlike(color.pixels, expected, tolerance), "\(name)")
    return "within \(tolerance) of 255 of the reference"
  }
}
