extension Int {
  /// As people read it: "5,796". Written out, as Foundation's formats load 30 MB of tables.
  package var grouped: String {
    let digits = String(magnitude)
    var text = self < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }
}

extension Int {
  /// So many of something: "1 picture", "5,796 pictures".
  /// - Parameter plural: where it is not the noun with an s.
  package func counted(_ noun: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}

extension Double {
  /// Rounded to so many digits after the point, and grouped: "1,234.50".
  /// - Parameter digits: at least 1.
  package func fixed(digits: Int) -> String {
    let unit = (0..<digits).reduce(1.0) { unit, _ in unit * 10 }
    let scaled = (magnitude * unit).rounded()
    // Also not-a-number is no whole number of units.
    guard scaled < 0x1p53 else { return "\(self)" }
    let fraction = String(Int(scaled.truncatingRemainder(dividingBy: unit)))
    let zeros = String(repeating: "0", count: digits - fraction.count)
    let sign = self < 0 && scaled > 0 ? "-" : ""
    return sign + Int(scaled / unit).grouped + "." + zeros + fraction
  }
}
