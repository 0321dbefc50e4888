import CPeers
internal import Detecting
import Detection
import Foundation
import Mining
import Raster
import Settings
import SystemPackage

/// The rows about many small pictures.
func measureScenes(
  _ subject: Subject, rounds: Int, skipLesson: Bool, into table: inout Table
) throws {
  let (scanner, scenes, count) = (subject.scanner, subject.scenes, Double(subject.scenes.count))
  let boxes = scenes.map { scanner.scan($0).hits.map(\.box) }
  @Sendable func mine(_ file: [UInt8]) throws {
    let picture = try Raster.decodeGray(file)
    _ = scanner.features(of: scanner.scan(picture).hits.map(\.box), in: picture)
  }
  let peer = OpenCVPeer(subject)
  var measures = Measures()
  let items = scenes.count
  measures.add("imread", items: items) {
    precondition(unsafe cpeers_read_gray(subject.paths[$0]) > 0)
  }
  measures.add("decoding", items: items) { _ = try Raster.decodeGray(subject.files[$0]) }
  measures.add("pyramid", items: items) {
    let pyramid = Pyramid(
      image: scenes[$0].size, scale: scanner.pyramidScale, window: scanner.model.hog.window)
    _ = pyramid.layers.dropFirst().reduce(scenes[$0]) { Raster.resize($0, to: $1) }
  }
  measures.add("scan", items: items) { _ = scanner.scan(scenes[$0]) }
  measures.add("features", items: items) { _ = scanner.features(of: boxes[$0], in: scenes[$0]) }
  measures.add("mining", items: items) { try mine(subject.files[$0]) }
  measures.add("OpenCV", items: items) { peer.detect(scenes[$0]) }
  measures.add("mining on 2 threads") {
    _ = try concurrentMap(count: items, threads: 2) { try mine(subject.files[$0]) }
  }
  try measures.run(rounds: rounds)
  func a(_ name: String) -> String { fixed(measures[name] / count, 3) + " ms a picture" }

  table.add(
    "decoding", a("decoding"), against: "imread + grey: " + a("imread"), ratio: "", goal: "")
  table.add("pyramid", a("pyramid"), against: "", ratio: "", goal: "")
  table.add("pyramid and scan", a("scan"), against: "", ratio: "", goal: "")
  table.add("features of hard negatives", a("features"), against: "", ratio: "", goal: "")
  let (scanned, peerTime) = (measures["scan"], measures["OpenCV"])
  table.add(
    "everything but decoding: scan", a("scan"), against: "OpenCV's HOG detector: " + a("OpenCV"),
    ratio: fixed(peerTime / scanned, 1) + "× faster", goal: "8×")
  table.add(
    "… and features of hard negatives",
    fixed((scanned + measures["features"]) / count, 3) + " ms a picture",
    against: "OpenCV's HOG detector: " + a("OpenCV"),
    ratio: fixed(peerTime / (scanned + measures["features"]), 1) + "× faster", goal: "")
  table.add(
    "whole mining", a("mining"), against: "imread + grey: " + a("imread"),
    ratio: fixed(measures["mining"] / measures["imread"], 1) + "×", goal: "at most 4×")
  guard !skipLesson else { return }
  let lesson = try Lesson(subject)
  let ours = measures["mining on 2 threads"]
  for (name, lesson) in [
    ("the lesson's Python", lesson.asking), ("lesson.py without predict_proba", lesson.multiplying),
  ] {
    table.add(
      "whole mining of \(scenes.count) scenes, 2 threads", fixed(ours, 1) + " ms",
      against: "\(name): \(fixed(lesson.seconds, 1)) s (\(lesson.scaling))",
      ratio: fixed(lesson.seconds * 1000 / ours, 0) + "× faster", goal: "10,000×")
  }
}

/// The rows about OpenCV's own features.
func measureOpenCV(
  data: String, rounds: Int, folder: FilePath, into table: inout Table
) throws {
  let folder = folder.appending("opencv")
  try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
  let subject = try Subject(data: data, folder: folder, features: Subject.openCVFeatures)
  let (scanner, scenes, count) = (subject.scanner, subject.scenes, Double(subject.scenes.count))
  let peer = OpenCVPeer(subject)
  var measures = Measures()
  measures.add("scan", items: scenes.count) { _ = scanner.scan(scenes[$0]) }
  measures.add("OpenCV", items: scenes.count) { peer.detect(scenes[$0]) }
  try measures.run(rounds: rounds)
  table.add(
    "\"descriptor\": \"opencv\": pyramid and scan",
    fixed(measures["scan"] / count, 3) + " ms a picture",
    against: "detectMultiScale: " + fixed(measures["OpenCV"] / count, 3) + " ms a picture",
    ratio: fixed(measures["OpenCV"] / measures["scan"], 1) + "× faster", goal: "6×")
}

/// A cv::HOGDescriptor with the subject's geometry and weights.
@safe private final class OpenCVPeer {
  private let detector: OpaquePointer
  private let settings: (stride: Int32, scale: Double, threshold: Double)

  init(_ subject: Subject) {
    let hog = subject.model.hog
    let weights = subject.model.weights + [Float(subject.model.bias)]
    var peer = cpeers_hog(
      window_width: Int32(hog.window.width), window_height: Int32(hog.window.height),
      cell_width: Int32(hog.cellColumns), cell_height: Int32(hog.cellRows),
      block_cells_across: Int32(hog.blockColumns), block_cells_down: Int32(hog.blockRows),
      stride_across: Int32(hog.strideColumns), stride_down: Int32(hog.strideRows),
      bins: Int32(hog.orientations), window_sigma: -1, clip: 0.2, gamma_correction: 1,
      signed_gradients: 0)
    unsafe detector = cpeers_make_detector(&peer, weights, Int32(weights.count))!
    settings = (
      Int32(subject.setup.mining.windowStep), subject.setup.mining.pyramidScale,
      subject.minimumMargin
    )
  }

  deinit { unsafe cpeers_free_detector(detector) }

  func detect(_ image: GrayImage) {
    _ = unsafe cpeers_detect(
      detector, image.pixels, Int32(image.width), Int32(image.height), settings.threshold,
      settings.stride, settings.scale)
  }
}
