import Testing

@testable import Settings

@Suite struct `Refusing settings` {
  /// Text added to a valid file, and the resulting error; the addition is on line 3.
  static let additions: [(text: String, refusal: String)] = [
    (
      #""hn_min_probabilty": 0.5"#,
      #":3:1: there is no setting "hn_min_probabilty"; did you mean "hn_min_probability"?"#
    ),
    (#""c": 0.5"#, #":3:1: there is no setting "c"; did you mean "C"?"#),
    (
      #""sliding_window_dim": [96, 32]"#,
      #":3:1: there is no setting "sliding_window_dim"; did you mean "window_dim"?"#
    ),
    (
      #""distractions": "scenes""#,
      #":3:1: there is no setting "distractions"; did you mean "image_distractions"?"#
    ),
    (
      #""hn_inbox": "~/in""#,
      #":3:1: "hn_inbox" is "~/in"; it must be a path in quotation marks; ~ depends on the user: write the path out, as in "/home/NAME/in", or "./~/in" for a folder of that name"#
    ),
    (
      #""hn_inbox": "~root/in""#,
      #":3:1: "hn_inbox" is "~root/in"; it must be a path in quotation marks; ~ depends on the user: write the path out, as in "/home/NAME/in", or "./~root/in" for a folder of that name"#
    ),
    (
      #""hn_inbox": "$HOME/in""#,
      #":3:1: "hn_inbox" is "$HOME/in"; it must be a path in quotation marks; variables are not replaced by their values: write the path out, or "./$HOME/in" for a folder of that name"#
    ),
    (
      #""hn_inbox": "file:///srv/in""#,
      #":3:1: "hn_inbox" is "file:///srv/in"; it must be a path in quotation marks; this is an address: write "/srv/in""#
    ),
    (
      #""hn_inbox": "https://example.org/in""#,
      #":3:1: "hn_inbox" is "https://example.org/in"; it must be a path in quotation marks; this is an address, not a path"#
    ),
    (#""C": 0,5"#, #":3:6: "C" is 0,5; JSON uses a point: 0.5"#),
    ("# a comment", ":3:1: # does not begin a comment: write // before it, or /* and */ around it"),
    (
      #""C": 1 # a comment"#,
      ":3:8: # does not begin a comment: write // before it, or /* and */ around it"
    ),
    (#""orientations": 9.5"#, #":3:1: "orientations" is 9.5; it must be a whole number"#),
    (#""orientations": 1e300"#, #":3:1: "orientations" is 1e300; it must be a whole number"#),
    (#""colour": 1"#, #":3:1: there is no setting "colour"; docs/settings.md lists all settings"#),
    (#""C": 1, "C": 2"#, #":3:9: "C" is given twice; it is first given in line 3"#),
    (#""C": "0.01""#, #":3:1: "C" is "0.01"; it must be a number above 0"#),
    (#""C": 0"#, #":3:1: "C" is 0; it must be a number above 0"#),
    (#""C": 1e999"#, #":3:1: "C" is 1e999; it must be a number above 0"#),
    (#""pyramid_scale": 1"#, #":3:1: "pyramid_scale" is 1; it must be a number above 1"#),
    (
      #""window_step": 0"#,
      #":3:1: "window_step" is 0; it must be a whole number, at least 1 and below 2³¹"#
    ),
    (
      #""window_step": 2.5"#,
      #":3:1: "window_step" is 2.5; it must be a whole number, at least 1 and below 2³¹"#
    ),
    (
      #""hn_window_step": 4294967296"#,
      #":3:1: "hn_window_step" is 4294967296; it must be a whole number, at least 1 and below 2³¹"#
    ),
    (
      #""hn_min_probability": 1.5"#,
      #":3:1: "hn_min_probability" is 1.5; it must be a number from 0 to 1"#
    ),
    (
      #""validation_share": 1"#,
      #":3:1: "validation_share" is 1; it must be a number from 0 up to but not including 1"#
    ),
    (#""use_flip": 1"#, #":3:1: "use_flip" is 1; it must be true or false"#),
    (
      #""pixels_per_cell": [4]"#,
      #":3:1: "pixels_per_cell" is [4]; it must be [rows, columns] in pixels, both from 1 to 16384"#
    ),
    (
      #""pixels_per_cell": [40, 4]"#,
      #":2:76: "window_dim" is [96, 32]: its 0×24 cells do not hold a block of 2×2; enlarge it, or lower "pixels_per_cell" or "cells_per_block""#
    ),
    (
      #""orientations": 99999999"#,
      #":2:76: these settings give 64399999356 features per window, more than 10000000; lower"#
    ),
    (
      #""block_norm": "L3""#,
      #":3:1: "block_norm" is "L3"; it must be one of "L1", "L1-sqrt", "L2", "L2-Hys""#
    ),
    (
      #""object_clearance": 8"#,
      #":3:1: "object_clearance" needs pictures with boxes: without "image_annotations" each picture is one object, and nothing around it is left; set that, or leave this out"#
    ),
    (
      #""signed_gradients": true"#,
      #":3:1: "signed_gradients" needs "descriptor": "opencv"; set that, or leave this out"#
    ),
    (
      #""use_color": true"#,
      #":3:1: "use_color" needs "descriptor": "opencv"; set that, or leave this out"#
    ),
    (
      #""descriptor": "opencv", "block_norm": "L1""#,
      #":3:25: "block_norm" is "L1"; OpenCV supports only "L2-Hys": leave it out"#
    ),
    (
      #""descriptor": "opencv", "pixels_per_cell": [8, 7]"#,
      #":2:76: "window_dim" is [96, 32]: blocks of 14×16 pixels, 7 and 8 apart, must end"#
    ),
    (
      #""descriptor": "opencv", "orientations": 3, "cells_per_block": [1, 1]"#,
      #":3:25: "orientations" is 3: OpenCV allows at most 255, and the cells of a"#
    ),
    (
      #""overlap_measure": "iou""#,
      #":3:1: "overlap_measure" is "iou"; it must be one of "window", "union""#
    ),
    (#""hn_inbox": """#, #":3:1: "hn_inbox" is ""; it must be a path in quotation marks"#),
    (#""hn_inbox": "a\u0000b""#, #":3:1: "hn_inbox" is "a"#),
    (
      #""hn_mined": "inbox""#,
      #":3:1: "hn_inbox" and "hn_mined" are both /etc/misfire/inbox; they must be different"#
    ),
    (
      #""report_path": "out/features.hdf5""#,
      #":3:1: "features_path" and "report_path" are both /etc/misfire/out/features.hdf5; they must be different"#
    ),
    (
      #""log_path": false"#,
      #":3:1: "log_path" is false; it must be a path in quotation marks, or null"#
    ),
    (#""use_flip": True"#, ":3:13: True is Python; JSON writes true, false and null"),
    (#""C": NaN"#, ":3:6: NaN is Python; JSON has no such number"),
    (#""C": -Infinity"#, ":3:6: -Infinity is Python; JSON has no such number"),
    (#""log_path": logs"#, #":3:13: logs needs quotation marks: "logs""#),
    (#""C": .5"#, ":3:6: a value is missing before “.”"),
    (#""C": 01"#, ":3:6: 01 is not a JSON number"),
    (#""C" 1"#, #":3:5: a colon is missing between "C" and its value"#),
    (#""C": 1,"#, ":3:7: nothing follows this comma; remove it"),
    (#""C": 1 "offset": 1"#, ":3:8: a comma or “}” is missing before “\"”"),
    (#"C: 1"#, ":3:1: a key in quotation marks is missing before “C”"),
    (#""hn_inbox": "in"# + "\n\"", ":3:13: this text has no closing quotation mark"),
    (#""hn_inbox": "C:\in""#, #":3:17: a backslash must be written \\"#),
    (#""hn_inbox": "\ud800""#, #":3:15: this \u is not a character"#),
    (#""C": 1 /* half"#, ":3:8: this comment has no end: */ is missing"),
    (
      #""C": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"#,
      ":3:37: more than 32 brackets are open"
    ),
  ]

  @Test(arguments: additions)
  func `names the place, the key and the remedy`(text: String, refusal: String) {
    let error = #expect(throws: SettingsError.self) { try parse("{\n\(required),\n\(text)\n}") }
    let description = error?.description ?? ""
    #expect(description.hasPrefix("/etc/misfire/misfire.json" + refusal), "\(description)")
  }

  @Test(arguments: [
    ("", ":1:1: a value is missing before the end of the file"),
    ("[]", ":1:1: settings must be in braces: { \"key\": value }"),
    ("{", ":1:1: “{” has no “}”"),
    ("{ // a comment\r\"c\": 1\r}", ":2:1: there is no setting \"c\"; did you mean \"C\"?"),
    ("{} {}", ":1:4: nothing may follow the end of the settings"),
    (
      "{\"features_path\": \"f\", \"classifier_path\": \"c\"}",
      ": \"window_dim\" is missing (the window's width and height in pixels); add \"window_dim\": [96, 32]"
    ),
  ])
  func `refuses what is no settings file`(text: String, refusal: String) {
    let error = #expect(throws: SettingsError.self) { try parse(text) }
    #expect(error?.description == "/etc/misfire/misfire.json" + refusal)
  }

  @Test func `refuses bytes that are not text`() {
    let error = #expect(throws: SettingsError.self) {
      try Settings.parse([0x7b, 0xff, 0x7d], path: "/cars.json")
    }
    #expect(error?.description == "/cars.json:1:1: the file is not UTF-8 text")
  }
}
