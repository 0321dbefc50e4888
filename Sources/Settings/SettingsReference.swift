/// What `Settings.sections` says, written out for people.
enum SettingsReference {
  /// docs/settings.md: every key with what it takes and its default.
  static var markdown: String {
    var text = """
      # Settings

      One JSON file, with comments (`/* … */` and `// …`). Relative paths start at the folder of the file. Whatever is
      unknown, of a wrong type or impossible is refused, with the line, the key and what would be right.

      A path that is not in the file's folder, and is in the folder in which the command is started, is taken from there, and told:
      the lesson keeps its settings in `conf/cars.json` and means paths from where its scripts are started. Where pictures or
      annotations are there, what is still to be written goes there, too.

      Where no `--conf` names the file, it is `MISFIRE_CONF` of the environment, `misfire.json` or `cars.json` in the folder in which
      the command is started, if that is the user's own or root's, or else `/etc/misfire/misfire.json`.

      The folders that pictures are moved out of and into, `hn_inbox`, `hn_mined` and `hn_quarantine`, lie apart from every
      other path: nothing else is in them, and they are in no folder of somebody's pictures. All links are followed to tell.
      No two keys name the same file. Whatever breaks this is refused at every start and reload, with both keys.

      """
    for section in Settings.sections {
      text += "\n## \(section.title)\n\n| key | takes | default | meaning |\n|---|---|---|---|\n"
      for key in section.keys {
        let standard = key.standard.map(code) ?? "needed"
        text += "| `\(key.name)` | \(key.wanted) | \(standard) | \(key.meaning) |\n"
      }
    }
    return text
  }

  /// conf/misfire.json: every key with a value, a comment above each. What the machine decides stays a comment.
  static var example: String {
    var text = """
      {
        // The settings of one detector. A key whose comment names a default may be left out.
        // Relative paths start at the folder of this file.

      """
    let last = Settings.keys.last?.name
    for section in Settings.sections {
      text += "\n  /**** \(section.title) ****/\n"
      for key in section.keys {
        let standard = key.standard.map { "; \($0) by default" } ?? ""
        text +=
          "\n"
          + wrapped(key.meaning.prefix(1).uppercased() + key.meaning.dropFirst() + standard + ".")
        text += key.dependsOnMachine ? "  // " : "  "
        text += "\"\(key.name)\": \(key.example)\(key.name == last ? "" : ",")\n"
      }
    }
    return text + "}\n"
  }

  /// JSON in code style, words as they are.
  private static func code(_ standard: String) -> String {
    standard.contains(" ") && !standard.hasPrefix("[") ? standard : "`\(standard)`"
  }

  /// A comment in lines of up to 100 columns.
  private static func wrapped(_ words: some StringProtocol) -> String {
    var lines: [String] = []
    var line = "  //"
    for word in words.split(separator: " ") {
      if line.count + 1 + word.count > 100 {
        lines.append(line)
        line = "  //"
      }
      line += " " + word
    }
    return (lines + [line]).map { $0 + "\n" }.joined()
  }
}
