extension Int {
  /// For people: "5,796". Implemented here, because Foundation's formats load 30 MB of tables.
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
  /// This many of something: "1 picture", "5,796 pictures".
  /// - Parameter plural: if it is not the noun with an s.
  package func counted(_ noun: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}

extension Double {
  /// Rounded to this many digits after the point, and grouped: "1,234.50".
  /// - Parameter digits: at least 1.
  package func fixed(digits: Int) -> String {
    let unit = (0..<digits).reduce(1.0) { unit, _ in unit * 10 }
    let scaled = (magnitude * unit).rounded()
    // NaN is not a whole number of units either.
    guard scaled < 0x1p53 else { return "\(self)" }
    let fraction = String(Int(scaled.truncatingRemainder(dividingBy: unit)))
    let zeros = String(repeating: "0", count: digits - fraction.count)
    let sign = self < 0 && scaled > 0 ? "-" : ""
    return sign + Int(scaled / unit).grouped + "." + zeros + fraction
  }
}
