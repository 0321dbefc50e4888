import Foundation
import SystemPackage
import TestSupport

/// A real `misfire serve`, and a real browser that visits it.
final class ServedSite {
  private let process: ChildProcess
  /// The link that was printed.
  let link: String

  /// The server's address.
  var root: String { String(link.prefix { $0 != "?" }.dropLast()) }

  init(_ site: Site, _ arguments: [String] = []) throws {
    let output = Pipe()
    process = try ChildProcess(
      Command.folder.appending(path: "misfire").path,
      ["serve", "--conf", site.conf.string] + arguments, in: site.folder.string,
      output: output.fileHandleForWriting, errors: .standardError)
    try output.fileHandleForWriting.close()
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw Python.Failed(description: "misfire serve ended") }
      line += more
    }
    link = String(decoding: line.dropLast(), as: UTF8.self)
  }

  /// - Returns: its exit status.
  func stop() -> Int32 {
    kill(process.processID, SIGINT)
    return process.waitUntilExit()
  }

  /// Runs Python with a browser, `driver`, that has followed the link. The script's `answer` is returned.
  func browse<Answer: Decodable>(_ script: String, _ arguments: [String] = []) throws -> Answer {
    let printed = try Python.run(
      """
      import json, sys, time
      import browser
      from selenium.webdriver.common.by import By
      from selenium.webdriver.support.ui import WebDriverWait
      root, link = sys.argv[1:3]
      with browser.chromium() as driver:
          driver.get(link)
          wait = lambda condition: WebDriverWait(driver, 60, 0.05).until(lambda d: condition())
          all = lambda selector: driver.find_elements(By.CSS_SELECTOR, selector)
          def press(name):
              page = driver.find_element(By.TAG_NAME, "html")
              next(b for b in all("button") if b.text == name).click()
              wait(lambda: stale(page))
          def stale(element):
              try:
                  element.is_enabled()
                  return False
              except Exception:
                  return True
      \(script.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n"))
          print(json.dumps(answer))
      """, [root, link] + arguments)
    return try JSONDecoder().decode(Answer.self, from: Data(printed.utf8))
  }
}
