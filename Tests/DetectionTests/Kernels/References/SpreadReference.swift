/// What `ck_spread` does: each pixel goes to the row of its column within a cell; -1 where none goes.
func spreadReference(_ pixels: [UInt8], _ table: [Int32], columns: Int, pitch: Int) -> [Int32] {
  var spread = [Int32](repeating: -1, count: columns * pitch)
  for (x, pixel) in pixels.enumerated() {
    spread[x % columns * pitch + x / columns] = table[Int(pixel)]
  }
  return spread
}
