/// `Settings.sections` as documentation.
enum SettingsReference {
  /// docs/settings.md: every key with its valid values and default.
  static var markdown: String {
    var text = """
      # Settings

      One JSON file, with comments (`/* … */` and `// …`). Relative paths start at the file's folder. Unknown keys, wrong types and
      impossible values are refused, with the line, the key and a correction.

      If a path does not exist in the file's folder but does in the folder in which the command is started, it is taken from there,
      with a message: the lesson keeps its settings in `conf/cars.json` with paths relative to where its scripts are started. If the
      pictures or annotations are found there, output files go there too.

      Without `--conf`, the file is `MISFIRE_CONF` from the environment, `misfire.json` or `cars.json` in the folder in which
      the command is started, if that file belongs to the user or to root, or else `/etc/misfire/misfire.json`.

      The folders that pictures are moved out of and into, `hn_inbox`, `hn_mined` and `hn_quarantine`, must be separate from every
      other path: nothing else may be in them, and they may not be in a folder of other pictures. All links are followed to check.
      No two keys may name the same file, and `image_distractions` may be neither `image_dataset` nor a folder around it. Settings that
      break these rules are refused at every start and reload, with both keys.

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

  /// conf/misfire.json: every key with a value and a comment above it. Keys whose default depends on the machine are commented out.
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

  /// Formats JSON as code, and leaves words as they are.
  private static func code(_ standard: String) -> String {
    standard.contains(" ") && !standard.hasPrefix("[") ? standard : "`\(standard)`"
  }

  /// Wraps a comment at 100 columns.
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
