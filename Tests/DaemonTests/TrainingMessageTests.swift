import Testing
import Training

@testable import Daemon

@Suite struct `The message about a training` {
  @Test func `does not read as if a generation were live that a pin kept from it`() {
    let report = TrainingReport.example(generation: 4, fate: .kept)
    #expect(
      LogMessage.of(report, "/model.hdf5").first?.text.hasPrefix(
        "generation 4 was saved but not made live, because another one is pinned: ") == true)
  }
}
