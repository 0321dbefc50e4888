import Foundation
import SystemPackage
import TestSupport
import Testing

/// Two tabs show the same page, and the second acts after the first.
@Suite(.enabled(if: Browser.isHere), .serialized, .timeLimit(.minutes(10)))
struct `Pages of an earlier state` {
  /// Opens a page twice and presses a button in each.
  private static let pressTwice = """
    def press_twice(path, name):
        driver.get(root + path)
        first = driver.current_window_handle
        driver.switch_to.new_window("tab")
        driver.get(root + path)
        press(name)
        driver.switch_to.window(first)
        press(name)
        return wait(lambda: all("main"))[0].text

    """
  private struct Seen: Decodable { let told: String }

  /// It used to remove the box that had moved up to its number.
  @Test func `remove no other box, also from a picture that is a link`() throws {
    try withSite { site in
      let images = site.folder.appending(["cars", "images"])
      try FileManager.default.removeItem(
        atPath: site.folder.appending(["cars", "annotations"]).string)
      try site.change(["image_annotations": "null"])
      let (picture, original) = (
        images.appending("car-0001.jpg"), site.folder.appending("photo.jpg")
      )
      try FileManager.default.moveItem(atPath: picture.string, toPath: original.string)
      try FileManager.default.createSymbolicLink(
        atPath: picture.string, withDestinationPath: original.string)
      let served = try ServedSite(site)
      let seen: Seen = try served.browse(
        Self.pressTwice + """
          driver.get(root + "/boxes")
          driver.find_element(By.LINK_TEXT, "First picture without boxes").click()
          wait(lambda: all("#drawing"))
          for left in 1, 2, 3:
              for name, edge in {"x0": left, "y0": 5, "x1": 30, "y1": 20}.items():
                  all(f"input[name={name}]")[0].clear()
                  all(f"input[name={name}]")[0].send_keys(str(edge))
              press("Add the box")
          answer = {"told": press_twice(driver.current_url[len(root):], "Remove")}
          """)
      #expect(seen.told.contains("The boxes have changed since this page was shown"))
      let xml = try String(
        contentsOfFile: images.appending("car-0001.xml").string, encoding: .utf8)
      #expect(xml.matches(of: /<xmin>(\d)<\/xmin>/).map { $0.1 } == ["3", "4"], "\(xml)")
      #expect(served.stop() == 0)
    }
  }

  /// It used to go back once for each press.
  @Test func `roll back once`() throws {
    try withSite { site in
      for penalty in ["1", "2"] {
        try site.change(["C": penalty])
        try site.succeed("train", "--force")
      }
      let served = try ServedSite(site)
      let seen: Seen = try served.browse(
        Self.pressTwice + """
          answer = {"told": press_twice("/generations", "Roll back to the previous one")}
          """)
      #expect(seen.told.contains("Another generation is live now than when this page was shown"))
      #expect(try site.status().generation == 2)
      #expect(served.stop() == 0)
    }
  }

  /// Each row used to show whatever lies at the picture's path today.
  @Test func `show no picture that has taken another's place`() throws {
    try withSite(["hn_review_percentile": "null"]) { site in
      let latest = site.folder.appending("latest.jpg")
      for picture in site.pictures.prefix(2) {
        try Data(contentsOf: URL(filePath: site.drops.appending(picture).string))
          .write(to: URL(filePath: latest.string))
        try site.succeed("mine", latest.string)
      }
      let served = try ServedSite(site)
      struct Seen: Decodable { let widths: [Int] }
      let seen: Seen = try served.browse(
        """
        driver.get(root + "/pictures")
        wait(lambda: driver.execute_script("return [...document.images].every(image => image.complete)"))
        answer = {"widths": [int(image.get_property("naturalWidth")) for image in all("td img")]}
        """)
      // The latest comes first.
      #expect(seen.widths.count == 2 && seen.widths[0] > 0 && seen.widths[1] == 0, "\(seen.widths)")
      #expect(served.stop() == 0)
    }
  }
}
