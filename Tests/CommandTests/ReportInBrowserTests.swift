import Foundation
import SystemPackage
import TestSupport
import Testing

/// The page that `misfire report` writes, as Chromium renders it.
@Suite(.enabled(if: Browser.isHere)) struct `The report in a browser` {
  /// Nothing is cut off at 360, 768 and 1,440 pixels or on paper, in light or dark mode; text is large enough; the
  /// rules of axe-core hold; and picture names appear as text, whatever they contain.
  @Test func `can be read on a telephone, on a screen and on paper`() throws {
    try withSite(["hn_review_percentile": "0"]) { site in
      // What a name can contain, each in several pictures, because not every picture fools the detector.
      let parts: [[UInt8]] = [
        Array("<i>R&D's \"car\"".utf8), Array("two\nlines".utf8), Array("bad".utf8) + [0xff, 0xfe],
        Array(String(repeating: "unbroken", count: 20).utf8),
        Array("<script>document.title=1<script>".utf8),
      ]
      for (number, picture) in site.pictures.enumerated() {
        try rename(
          site.drops.appending(picture),
          to: parts[number % parts.count] + Array("-\(number).jpg".utf8))
      }
      try mineDrops(site)
      try site.succeed("train")
      try site.succeed("experiment")
      try site.succeed("report")
      let page = site.folder.appending(["output", "report.html"])
      let script = """
        import json, sys
        import browser
        from selenium.webdriver.common.by import By
        with browser.chromium() as driver:
            driver.get("file://" + sys.argv[1])
            wrong = browser.complaints(driver)
            # The complaints are real: what reaches out of the page is one.
            driver.execute_script("document.querySelector('h1').style.width = '2000px'")
            browser.show(driver, 360)
            print(json.dumps({
                "wrong": wrong, "heard": len(driver.execute_script(browser.CUT_OFF)), "title": driver.title,
                "names": [cite.text for cite in driver.find_elements(By.TAG_NAME, "cite")],
                "italics": len(driver.find_elements(By.TAG_NAME, "i")),
                "figures": len(driver.find_elements(By.CSS_SELECTOR, ".whole rect")),
                "strokes": len(driver.find_element(By.CSS_SELECTOR, ".glyphs path:last-of-type").get_attribute("d"))}))
        """
      struct Seen: Decodable {
        let wrong: [String]
        let heard, italics, figures, strokes: Int
        let title: String
        let names: [String]
      }
      let seen = try JSONDecoder().decode(
        Seen.self, from: Data(Python.run(script, [page.string]).utf8))
      #expect(seen.wrong == [])
      #expect(seen.heard > 0)
      #expect(seen.title.hasPrefix("Misfire: ") && seen.italics == 0)
      #expect(seen.figures == seen.names.count && seen.figures > 10 && seen.strokes > 0)
      for part in [
        "<i>R&D's \"car\"", "two lines", "bad\u{fffd}\u{fffd}", "unbrokenunbroken",
        "<script>document.title=1<script>",
      ] {
        #expect(seen.names.contains { $0.hasPrefix(part) }, "\(seen.names)")
      }
    }
  }

  private func rename(_ file: FilePath, to name: [UInt8]) throws {
    let target = Array(file.removingLastComponent().string.utf8) + [UInt8(ascii: "/")] + name + [0]
    let renamed = unsafe file.withPlatformString { old in
      unsafe target.withUnsafeBufferPointer { new in
        unsafe new.withMemoryRebound(to: CChar.self) {
          unsafe Foundation.rename(old, $0.baseAddress!)
        }
      }
    }
    try #require(renamed == 0)
  }

  private func mineDrops(_ site: Site) throws {
    let misfire = Command.folder.appending(path: "misfire").path
    let mined = try Command.run(
      "/bin/sh", ["-c", "\(misfire) mine --conf \(site.conf) \(site.drops)/*.jpg"])
    try #require(mined.status == 0, "\(mined.errors)")
  }
}
