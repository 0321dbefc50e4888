internal import ArgumentParser
internal import Detection
internal import Files
internal import Foundation
internal import Mining
internal import OpenCVDetector
internal import Settings
internal import SystemPackage
internal import Text
internal import Training

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a detector from elsewhere the live model, to mine, detect and evaluate with.",
    discussion: """
      Reads a file written by OpenCV's HOGDescriptor::save (YAML or XML), OpenCV's own people detector \
      ("people"), or a text file of numbers: the weights for the settings' features, with the bias last. Its \
      probabilities are calibrated on the rows of features_path, if there are any.
      """)

  @OptionGroup var common: CommonOptions

  @Flag(
    help: ArgumentHelp(
      "Print the result as JSON.", discussion: #"{"generation", "calibrated_on", "live"}"#))
  var json = false

  @Argument(help: "The file to read, or the word people.", completion: .file())
  var source: String

  func run() throws {
    let miner = try common.recoveredMiner()
    let (weights, bias) = try read(for: miner.setup)
    let report = try miner.adopt(weights: weights, bias: bias, from: source)
    miner.noteDisplaced()
    if json { return try printJSON(report) }
    print(
      "generation \(report.generation)\(report.isLive ? ", live" : ", not live: another is pinned")"
    )
    if report.calibratedOn == 0 {
      note(
        "its probabilities are a guess, because \(miner.setup.files.features) does not have rows of both kinds;"
          + " run `misfire extract`, then import it again")
    }
  }

  private func read(for setup: Setup) throws -> (weights: [Float], bias: Double) {
    if source == "people" { return try OpenCVDetector.people().fitting(setup, source) }
    let bytes = try bytes()
    let start = String(decoding: bytes.prefix(64), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    if let first = start.first, "%<{".contains(first) {
      let detector: OpenCVDetector
      do {
        detector = try OpenCVDetector(bytes)
      } catch {
        throw NotImportable(description: "\(source): \(error)")
      }
      return try detector.fitting(setup, source)
    }
    return try numbers(bytes, for: setup)
  }

  private func bytes() throws -> [UInt8] {
    do {
      let file = try FileDescriptor.open(
        FilePath.argument(source), .readOnly, options: [.closeOnExec])
      let bytes = try file.closeAfter { try file.contents(atMost: Self.largestByteCount) }
      let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
      return bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
    } catch Errno.fileTooLarge {
      throw NotImportable(
        description:
          "\(source) is over \(Self.largestByteCount >> 20) MiB long: it is not a detector")
    } catch let code as Errno {
      throw NotImportable(
        description: "\(source) cannot be read: \(code); check that it exists and is readable")
    }
  }

  /// Ten million numbers, the most features that settings allow, with 25 characters each.
  private static let largestByteCount = 250 << 20

  private func numbers(_ bytes: [UInt8], for setup: Setup) throws -> ([Float], Double) {
    let words = String(decoding: bytes, as: UTF8.self)
      .split { $0.isWhitespace || ",;[]()".contains($0) }
    let values = try words.map { word in
      guard let value = Float(word), value.isFinite else {
        throw NotImportable(
          description:
            "\(source): \"\(word.prefix(40))\" is not a number, and the file is not YAML or XML"
        )
      }
      return value
    }
    let count = setup.hog.featureCount
    guard values.count == count + 1 else {
      throw NotImportable(
        description: "\(source) has \(values.count.grouped) numbers; the settings give "
          + "\(count.grouped) features, so it must have \((count + 1).grouped), with the bias")
    }
    return (Array(values.dropLast()), Double(values[count]))
  }
}

extension OpenCVDetector {
  /// The weights and the bias, if the descriptor is the settings' own.
  fileprivate func fitting(_ setup: Setup, _ source: String) throws -> ([Float], Double) {
    // OpenCV uses colours whenever the picture has some, so its files do not record that choice.
    guard hog.looking(atColors: setup.reader.keepsColors) == setup.hog else {
      throw NotImportable(
        description: "\(source) has other features than \(setup.path) asks for; set there: "
          + hog.asSettings)
    }
    return (weights, bias)
  }
}

extension HOGDescriptor {
  /// The same OpenCV descriptor, of colours or of greys.
  fileprivate func looking(atColors usesColor: Bool) -> HOGDescriptor {
    guard case .openCV(let parameters) = definition else { return self }
    return HOGDescriptor(
      window: window, orientations: orientations, cellRows: cellRows, cellColumns: cellColumns,
      blockRows: blockRows, blockColumns: blockColumns, squareRoot: squareRoot,
      definition: .openCV(
        OpenCVParameters(
          strideRows: strideRows, strideColumns: strideColumns,
          windowSigma: parameters.windowSigma, clip: parameters.clip,
          isSigned: parameters.isSigned, usesColor: usesColor)))
  }

  /// The settings keys for this OpenCV descriptor.
  fileprivate var asSettings: String {
    guard case .openCV(let parameters) = definition else { return "" }
    return """
      "descriptor": "opencv", "window_dim": [\(window.width), \(window.height)], \
      "orientations": \(orientations), "pixels_per_cell": [\(cellRows), \(cellColumns)], \
      "cells_per_block": [\(blockRows), \(blockColumns)], \
      "block_stride": [\(strideRows), \(strideColumns)], "normalize": \(squareRoot), \
      "window_sigma": \(parameters.windowSigma.map { "\($0)" } ?? "null"), \
      "l2hys_threshold": \(parameters.clip), "signed_gradients": \(parameters.isSigned)
      """
  }
}

/// What cannot be imported, and why.
struct NotImportable: Error, CustomStringConvertible {
  let description: String
}
