internal import Detecting
import Detection
import Foundation
import Raster
import SystemPackage

/// The peak memory of a separate process that decodes and scans a picture on two threads.
func peakMegabytes(scanning picture: String, model subject: Subject, folder: FilePath) throws
  -> Double
{
  // The detector's weights, bias and threshold, for the other process.
  let numbers =
    subject.model.weights.map(Double.init) + [subject.model.bias, subject.minimumMargin]
  let file = folder.appending("detector").string
  try unsafe numbers.withUnsafeBytes { unsafe Data($0) }.write(to: URL(filePath: file))
  let process = Process()
  process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  process.arguments = ["--peak-memory-of", picture, "--data", file]
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard let kilobytes = Double(printed.trimmingCharacters(in: .whitespacesAndNewlines)) else {
    fatalError("the scan of \(picture) in a process of its own printed no number")
  }
  return kilobytes / 1000
}

/// Runs in the separate process: scans `picture` and prints the process's peak memory in kilobytes.
func printPeakMemory(scanning picture: String, detector: String) throws {
  let numbers = unsafe try Data(contentsOf: URL(filePath: detector)).withUnsafeBytes {
    unsafe Array($0.bindMemory(to: Double.self))
  }
  let hog = HOGDescriptor(
    window: PixelSize(width: 96, height: 32), orientations: 9, cellRows: 4, cellColumns: 4,
    blockRows: 2, blockColumns: 2, squareRoot: true, blockNorm: .l1)
  let scanner = PictureScanner(
    model: LinearSVM(
      hog: hog, weights: numbers.dropLast(2).map { Float($0) }, bias: numbers[numbers.count - 2],
      sigmoid: Sigmoid(a: -1, b: 0)),
    step: 4, pyramidScale: 1.5, minimumMargin: numbers[numbers.count - 1])
  _ = scanner.scan(
    try Raster.decodeGray([UInt8](Data(contentsOf: URL(filePath: picture)))), threads: 2)
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }!
  print(peak.split(separator: " ").dropFirst().first!)
}
