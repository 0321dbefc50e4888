import Foundation
import Simulation
import Testing

@Suite struct `A machine with too little memory for a training` {
  /// Each picture's five hard negatives bring the next training a quarter nearer.
  @Test func `has it end the process a few times, and then trains with less`() throws {
    var scenario = Scenario(
      seed: 3, days: 1,
      acts: (1...40).map { number in
        Act(
          time: .seconds(60 * number),
          kind: .arrive(
            name: number, Content(number: number, kind: .picture(hardNegatives: 5)), .movedIn))
      })
    scenario.trainingMemory = 40 << 20
    let simulation = Simulation(scenario)
    try simulation.run()
    // The process dies training with 1 GiB, 256 MiB and 64 MiB: one start after each death, plus the first.
    #expect(simulation.figures.starts == 4)
    #expect(simulation.figures.trainings > 5)
    #expect(simulation.figures.pictures == 40)
  }
}
