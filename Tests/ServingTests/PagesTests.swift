import Foundation
import SystemPackage
import TestSupport
import Testing

/// The pages of `misfire serve` in Chromium, checked against the ledger afterwards.
@Suite(.enabled(if: Browser.isHere), .serialized, .timeLimit(.minutes(10)))
struct `The pages` {
  /// Runs `body` with at least 50 windows that wait, because the detector doubts whatever fools it.
  private func withWaiting(_ body: (Site) async throws -> Void) async throws {
    try await withSite([
      "hn_review_percentile": "0", "hn_min_probability": "0.2", "hn_retrain_threshold": "100000",
    ]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      for picture in site.pictures { try site.copy(picture) }
      for number in 1...6 {
        let car = site.folder.appending(["cars", "images"]).appending("car-000\(number).jpg")
        try FileManager.default.moveItem(
          atPath: car.string, toPath: site.inbox.appending("<b>car's \"\(number)\".jpg").string)
      }
      _ = await daemon.lines(["info mined"], count: site.pictures.count + 6)
      #expect(await daemon.stop() == 0)
      try await body(site)
    }
  }

  private func waiting(_ site: Site) throws -> [[String: Any]] {
    try Command.run("misfire", ["review", "list", "--json", "--conf", site.conf.string]).objects()
  }

  @Test func `are reviewed by keys, and the ledger says afterwards what was pressed`() async throws
  {
    try await withWaiting { site in
      let before = try waiting(site)
      let ids = before.map { ($0["id"] as! NSNumber).int64Value }
      try #require(ids.count >= 50, "\(ids.count) wait")
      let served = try ServedSite(site)
      struct Seen: Decodable {
        let first: [Int64]
        let wrong: [String]
        let left, undone: Int
        let pressed: [String: String]
      }
      let seen: Seen = try served.browse(
        """
        driver.get(root + "/review")
        first = [int(f.get_attribute("id")[7:]) for f in all("#review figure")]
        wrong = browser.complaints(driver)
        body, pressed = driver.find_element(By.TAG_NAME, "body"), {}
        number = 0
        while number < 50:
            current = wait(lambda: all("#review figure.current"))[0]
            page = driver.find_element(By.TAG_NAME, "html")
            name, key = current.get_attribute("id")[7:], "nsn"[number % 3]
            driver.find_element(By.TAG_NAME, "body").send_keys(key)
            pressed[name] = key
            number += 1
            wait(lambda: stale(page) or all("#review figure.current"))
        wait(lambda: driver.execute_script("return document.readyState") == "complete")
        time.sleep(1)
        driver.get(root + "/review")
        count = lambda: int(driver.find_element(By.CSS_SELECTOR, "main > p").text.split()[0].replace(",", "") if all("#review figure") else 0)
        left = count()
        page = driver.find_element(By.TAG_NAME, "html")
        driver.find_element(By.TAG_NAME, "body").send_keys("u")
        wait(lambda: stale(page))
        answer = {"first": first, "wrong": wrong, "left": left, "undone": count(), "pressed": pressed}
        """)
      #expect(seen.wrong == [])
      // The most doubtful come first.
      #expect(seen.first == Array(ids.prefix(12)))
      #expect(seen.pressed.count == 50)
      #expect(seen.left == ids.count - 50 && seen.undone == seen.left + 1)
      let after = try Set(waiting(site).map { ($0["id"] as! NSNumber).int64Value })
      #expect(after.count == ids.count - 49)
      // The ledger has the decision for each key pressed, except the last, which was taken back.
      let last = try #require(Set(ids.prefix(50)).intersection(after).first)
      let verdicts = try verdicts(site)
      for (id, key) in seen.pressed {
        let expected = Int64(id) == last ? "set_aside" : key == "n" ? "kept" : "rejected"
        #expect(verdicts[Int64(id)!] == expected, "\(id)")
      }
      #expect(try site.misfire("verify").status == 0)
      #expect(served.stop() == 0)
    }
  }

  /// Every window used to leave the page although no decision was sent any more.
  @Test func `say what is wrong when a decision cannot be recorded`() async throws {
    try await withWaiting { site in
      let before = try waiting(site).count
      let served = try ServedSite(site)
      struct Seen: Decodable { let told: String }
      let seen: Seen = try served.browse(
        """
        driver.get(root + "/review")
        wait(lambda: all("#review figure.current"))
        page, settings = driver.find_element(By.TAG_NAME, "html"), open(sys.argv[3]).read()
        open(sys.argv[3], "w").write(settings + "half an edit")
        driver.find_element(By.TAG_NAME, "body").send_keys("n")
        wait(lambda: stale(page) and all("main"))
        told = all("main")[0].text
        open(sys.argv[3], "w").write(settings)
        answer = {"told": told}
        """, [site.conf.string])
      #expect(seen.told.contains(site.conf.lastComponent!.string), "\(seen.told)")
      #expect(try waiting(site).count == before)
      #expect(served.stop() == 0)
    }
  }

  /// Without scripts, each button is a form of its own.
  @Test func `work without a script, for objects, whole pictures, forgetting and generations`()
    async throws
  {
    try await withWaiting { site in
      try site.succeed("train")
      let served = try ServedSite(site)
      struct Seen: Decodable {
        let object, bulk: String
        let bulkCount: Int
        let bulkObjects: [String]
        let refreshes: Bool
        let thumbnails: [Int]
        let forgot, pinned, undone: String
        let wrong: [String]
      }
      let seen: Seen = try served.browse(
        """
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        driver.get(root + "/")
        refreshes = bool(all("meta[http-equiv=refresh]"))
        driver.get(root + "/review")
        names = lambda: [f.find_element(By.TAG_NAME, "cite").text for f in all("#review figure")]
        ids = lambda: [f.get_attribute("id")[7:] for f in all("#review figure")]
        obj = ids()[0]
        press("Object")
        bulk = names()[0]
        page = driver.find_element(By.TAG_NAME, "html")
        all("#review figure form:nth-of-type(2) button[value=skip]")[0].click()
        wait(lambda: stale(page))
        bulk_count = names().count(bulk)
        bulk_objects = [i for i, name in zip(ids(), names()) if name == names()[0]]
        page = driver.find_element(By.TAG_NAME, "html")
        all("#review figure form:nth-of-type(2) button[value=object]")[0].click()
        wait(lambda: stale(page))
        driver.get(root + "/pictures")
        thumbnails = [int(image.get_property("naturalWidth")) for image in all("td img")]
        forgot = all("td cite")[0].text
        press("Forget")
        told = driver.find_element(By.CSS_SELECTOR, ".told").text
        driver.get(root + "/generations")
        press("Pin")
        pinned = driver.find_element(By.CSS_SELECTOR, ".told").text
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        wrong = []
        for path in ["/", "/pictures", "/generations", "/quarantine", "/boxes"]:
            driver.get(root + path)
            wrong += [path + " " + w for w in browser.complaints(driver)]
        answer = {"object": obj, "bulk": bulk, "bulkCount": bulk_count, "bulkObjects": bulk_objects,
                  "refreshes": refreshes, "thumbnails": thumbnails, "forgot": forgot, "pinned": pinned,
                  "undone": told, "wrong": wrong}
        """)
      #expect(seen.wrong == [])
      #expect(try verdicts(site)[Int64(seen.object)!] == "object")
      #expect(seen.bulkCount == 0)
      for id in seen.bulkObjects { #expect(try verdicts(site)[Int64(id)!] == "object") }
      #expect(seen.refreshes)
      #expect(
        seen.thumbnails.count >= site.pictures.count && seen.thumbnails.allSatisfy { $0 > 0 },
        "\(seen.thumbnails)")
      #expect(seen.undone.hasPrefix("Forgot \(seen.forgot) and"))
      #expect(seen.pinned.hasSuffix("is live and pinned."))
      let models = try Command.run(
        "misfire", ["models", "list", "--json", "--conf", site.conf.string]
      ).objects()
      #expect(models.contains { $0["pinned"] as? Bool == true })
      #expect(try site.misfire("verify").status == 0)
      #expect(served.stop() == 0)
    }
  }

  /// What the daemon mines while a person clicks is not lost, and does not interfere.
  @Test func `work while the daemon mines`() async throws {
    try await withSite(["hn_review_percentile": "0"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      let served = try ServedSite(site)
      for picture in site.pictures { try site.copy(picture) }
      struct Seen: Decodable { let titles: [String] }
      let seen: Seen = try served.browse(
        """
        titles = []
        for _ in range(5):
            for path in ["/", "/review", "/pictures", "/generations"]:
                driver.get(root + path)
                titles.append(driver.title)
        answer = {"titles": titles}
        """)
      #expect(
        seen.titles.count == 20 && !seen.titles.contains { $0.hasPrefix("That did not work") })
      #expect(seen.titles.prefix(2) == ["Misfire", "Review – Misfire"])
      #expect(
        await daemon.lines(["info mined"], count: site.pictures.count).count == site.pictures.count)
      #expect(await daemon.stop() == 0)
      #expect(served.stop() == 0)
    }
  }

  @Test func `try quarantined pictures again, whatever their names are`() throws {
    try withSite { site in
      let folder = site.folder.appending("quarantine")
      try FileManager.default.createDirectory(
        atPath: folder.string, withIntermediateDirectories: true)
      _ = try Python.run(
        """
        import os, sys
        for name in (b"bad\\xff.jpg", b"<b>two\\nlines.jpg"):
            with open(os.path.join(os.fsencode(sys.argv[1]), name), "wb") as file: file.write(name)
        """, [folder.string])
      let served = try ServedSite(site)
      struct Seen: Decodable { let wrong, told: [String] }
      let seen: Seen = try served.browse(
        """
        driver.get(root + "/quarantine")
        wrong = browser.complaints(driver)
        told = []
        for _ in range(2):
            press("Try again")
            told.append(driver.find_element(By.CSS_SELECTOR, ".told").text)
        answer = {"wrong": wrong, "told": told}
        """)
      #expect(seen.wrong == [])
      #expect(
        Set(seen.told) == [
          "bad\u{fffd}.jpg is in the inbox again.", "<b>two\\nlines.jpg is in the inbox again.",
        ])
      #expect(try site.names(in: "inbox").count == 2 && site.names(in: "quarantine").isEmpty)
      #expect(served.stop() == 0)
    }
  }

  @Test func `draw boxes that training learns from`() throws {
    try withSite { site in
      let images = site.folder.appending(["cars", "images"])
      try FileManager.default.removeItem(
        atPath: site.folder.appending(["cars", "annotations"]).string)
      try site.change(["image_annotations": "null"])
      try FileManager.default.moveItem(
        atPath: images.appending("car-0001.jpg").string,
        toPath: images.appending("<i>&\"car\".jpg").string)
      let served = try ServedSite(site)
      struct Seen: Decodable {
        let size: [Int]
        let edges: [String]
      }
      let seen: Seen = try served.browse(
        """
        from selenium.webdriver import ActionChains
        driver.get(root + "/boxes")
        driver.find_element(By.LINK_TEXT, "First picture without boxes").click()
        picture = wait(lambda: all("#drawing"))[0]
        size = [int(float(n)) for n in picture.get_dom_attribute("viewBox").split()[2:]]
        ActionChains(driver).move_to_element_with_offset(picture, -40, -30).click_and_hold() \\
            .move_by_offset(80, 60).release().perform()
        edges = [all(f"input[name={n}]")[0].get_attribute("value") for n in ("x0", "y0", "x1", "y1")]
        press("Add the box")
        answer = {"size": size, "edges": edges}
        """)
      let xml = try String(
        contentsOfFile: images.appending("<i>&\"car\".xml").string, encoding: .utf8)
      let edges = seen.edges.compactMap { Int($0) }
      try #require(edges.count == 4 && edges[0] < edges[2] && edges[1] < edges[3], "\(seen.edges)")
      #expect(xml.contains("<filename>&lt;i&gt;&amp;\"car\".jpg</filename>"))
      #expect(
        xml.contains(
          "<xmin>\(edges[0] + 1)</xmin><ymin>\(edges[1] + 1)</ymin><xmax>\(edges[2])</xmax>"))
      try site.change(["image_annotations": "\"cars/images\""])
      let checked = try site.misfire("check")
      #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
      #expect(served.stop() == 0)
    }
  }

  private func verdicts(_ site: Site) throws -> [Int64: String] {
    let printed = try Python.run(
      """
      import json, sqlite3, sys
      with sqlite3.connect(sys.argv[1]) as ledger:
          print(json.dumps(dict(ledger.execute("SELECT id, verdict FROM hard_negatives").fetchall())))
      """, [site.folder.appending(["output", "state.sqlite"]).string])
    let named = try JSONDecoder().decode([String: String].self, from: Data(printed.utf8))
    return Dictionary(uniqueKeysWithValues: named.map { (Int64($0)!, $1) })
  }
}
