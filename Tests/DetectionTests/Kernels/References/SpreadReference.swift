/// The reference for `ck_spread`: each pixel goes to the row for its column within a cell; -1 where no pixel goes.
func spreadReference(_ pixels: [UInt8], _ table: [Int32], columns: Int, pitch: Int) -> [Int32] {
  var spread = [Int32](repeating: -1, count: columns * pitch)
  for (x, pixel) in pixels.enumerated() {
    spread[x % columns * pitch + x / columns] = table[Int(pixel)]
  }
  return spread
}
