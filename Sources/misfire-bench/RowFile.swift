import Detection
import Foundation

/// Training rows in a file of raw floats, with the labels in a second file beside it.
struct RowFile: RowSource {
  let labels: [Float]
  let columnCount: Int
  var rowCount: Int { labels.count }
  private let handle: FileHandle

  /// Opens a file that `write` wrote.
  init(_ path: String) throws {
    handle = try FileHandle(forReadingFrom: URL(filePath: path))
    labels = unsafe try Data(contentsOf: URL(filePath: path + ".labels")).withUnsafeBytes {
      unsafe Array($0.bindMemory(to: Float.self))
    }
    let bytes = try handle.seekToEnd()
    columnCount = Int(bytes) / MemoryLayout<Float>.size / labels.count
  }

  static func write(_ rows: DenseRows, labels: [Float], to path: String) throws {
    for (floats, path) in [(rows.values, path), (labels, path + ".labels")] {
      let data = unsafe floats.withUnsafeBytes {
        unsafe Data(
          bytesNoCopy: UnsafeMutableRawPointer(mutating: $0.baseAddress!), count: $0.count,
          deallocator: .none)
      }
      try data.write(to: URL(filePath: path))
    }
  }

  func read(rows: Range<Int>, into destination: inout MutableSpan<Float>) throws {
    let rowBytes = columnCount * MemoryLayout<Float>.size
    let wanted = rows.count * rowBytes
    try unsafe destination.withUnsafeMutableBytes { bytes in
      var done = 0
      while done < wanted {
        let count = unsafe pread(
          handle.fileDescriptor, bytes.baseAddress! + done, wanted - done,
          off_t(rows.lowerBound * rowBytes + done))
        guard count > 0 else { throw CocoaError(.fileReadCorruptFile) }
        done += count
      }
    }
  }
}
