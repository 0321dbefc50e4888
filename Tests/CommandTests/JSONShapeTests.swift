import Foundation
import TestSupport
import Testing

/// The help, and so the manual page, documents the shape of everything that `--json` prints.
@Suite struct `The shapes of JSON` {
  @Test func `are those that are printed`() throws {
    try withSite(["hn_review_percentile": "0"]) { site in
      let help = try JSONSerialization.jsonObject(
        with: Data(Command.run("misfire", ["--experimental-dump-help"]).output.utf8))
      let root = try #require((help as? [String: Any])?["command"] as? [String: Any])

      let uses: [([String], [String])] = [
        (["detect"], ["cars/images/car-0001.jpg", "--min-margin", "-5"]),
        (
          ["mine"],
          [
            site.drops.appending(site.pictures[0]).string,
            site.drops.appending(site.pictures[1]).string,
          ]
        ),
        (["extract"], []), (["train"], []), (["evaluate"], []), (["experiment"], []),
        (["models", "list"], []), (["models", "show"], ["1"]), (["status"], []), (["check"], []),
        (["forget"], [site.pictures[0]]),
      ]
      for (words, arguments) in uses {
        let printed = try Command.run(
          "misfire", words + ["--json", "--conf", site.conf.string] + arguments,
          in: site.folder.string)
        let values = try printed.objects()
        try #require(!values.isEmpty, "\(words): \(printed.errors)")
        let told = try #require(shape(of: words, in: root), "\(words)")
        let all = Set(values.flatMap { keys(of: $0) })
        for key in all {
          #expect(told.contains("\"\(key)\""), "\(words): \(key) is not told")
        }
        // Every documented member without a question mark is printed.
        for name in told.matches(of: /"([a-z_]+)"(?!\?)/).map({ String($0.1) })
        where !told.contains("\"\(name)\"?") && !lists.contains(name) {
          #expect(all.contains(name), "\(words): \(name) is not printed")
        }
      }
      // Every --json option documents a shape.
      for (words, argument) in flags(root, []) {
        #expect((argument["discussion"] as? String)?.contains("{\"") == true, "\(words)")
      }
    }
  }

  /// Members of values that can be missing, or of lists that can be empty.
  private let lists: Set = [
    "margin", "source",
    "low", "high", "caught", "held_up", "is_held_out", "error", "warning", "bins",
  ]

  private func keys(of value: Any) -> [String] {
    switch value {
    case let members as [String: Any]: members.keys + members.values.flatMap(keys)
    case let elements as [Any]: elements.flatMap(keys)
    default: []
    }
  }

  private func shape(of words: [String], in root: [String: Any]) -> String? {
    flags(root, []).first { $0.words == words }?.argument["discussion"] as? String
  }

  private func flags(_ command: [String: Any], _ words: [String]) -> [(
    words: [String], argument: [String: Any]
  )] {
    let own = (command["arguments"] as? [[String: Any]] ?? []).filter { argument in
      (argument["names"] as? [[String: Any]] ?? []).contains { $0["name"] as? String == "json" }
    }
    let below = (command["subcommands"] as? [[String: Any]] ?? []).flatMap { sub in
      flags(sub, words + [sub["commandName"] as? String ?? ""])
    }
    return own.map { (words, $0) } + below
  }
}
