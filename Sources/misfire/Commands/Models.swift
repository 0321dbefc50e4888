internal import ArgumentParser
internal import Corpus
internal import Detection
internal import Evaluation
internal import Foundation
internal import Mining
internal import Text
internal import Training

struct Models: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the generations, and choose which one is live.",
    discussion: """
      A running daemon switches to the choice without a restart; the choice survives trainings and restarts.
      """,
    subcommands: [List.self, Show.self, Rollback.self, Pin.self, Unpin.self],
    defaultSubcommand: List.self)

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List every training run, oldest first.",
      discussion: """
        L marks the live generation. P marks it if it is pinned: others are saved, but none goes live until \
        `misfire models unpin`. Generations that were never live say so, or why they were refused.
        """)

    @OptionGroup var common: CommonOptions

    @Flag(
      help: ArgumentHelp("Print one line of JSON per generation.", discussion: JSONShape.generation)
    )
    var json = false

    func run() throws {
      let generations = try common.readOnlyMiner().generations()
      if json {
        for generation in generations { try printJSON(Generation(generation)) }
        return
      }
      if generations.isEmpty { return note("no generation yet: run `misfire train`") }
      for generation in generations {
        let record = generation.record
        printNames(
          "\(generation.mark) \(record.number)  \(record.time.formatted(.iso8601))  "
            + "\(record.hardNegatives.counted("hard negative"))  "
            + (record.isAccepted ? generation.wasLive ? "" : "never live: " : "refused: ")
            + record.reason
            + (record.deleted == nil ? "" : "; its model was deleted because of models_keep"))
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show one generation: its data, its measures, why it was accepted or refused.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The generation's number.")
    var generation: Int

    @Flag(
      help: ArgumentHelp(
        "Print it as JSON, with the whole curve.", discussion: JSONShape.generation))
    var json = false

    func run() throws {
      let found = try Generation(common.readOnlyMiner().generation(generation))
      if json { return try printJSON(found) }
      let state = [found.pinned ? "pinned" : nil, found.live ? "live" : nil].compactMap(\.self)
      print(
        """
        generation   \(([String(found.generation)] + state).joined(separator: ", "))
        trained      \(found.time.formatted(.iso8601))
        learnt from  \(found.positives.counted("positive")), \
        \(found.negatives.counted("negative")), \(found.hardNegatives.counted("hard negative"))
        objective    \(found.objective.fixed(digits: 6))
        \(found.accepted ? "accepted   " : "refused    ")  \(found.reason.printable)\
        \(found.deleted ? "\nmodel        deleted because of models_keep: it cannot be made live again" : "")
        """)
      if let measured = found.metrics.evaluation { measured.show() }
    }
  }

  struct Rollback: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Go back to an earlier generation, and stay there.",
      discussion:
        "The generation is pinned; `misfire models unpin` lets the next training go live again.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The generation; by default the last accepted one before the live one.")
    var generation: Int?

    func run() throws {
      let miner = try Miner(setup: common.setup())
      let live = try miner.rollBack(to: generation)
      miner.noteDisplaced()
      print("generation \(live) is live and pinned; `misfire models unpin` unpins it")
    }
  }

  struct Pin: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep a generation live, whatever is trained.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The generation; by default the live one.")
    var generation: Int?

    func run() throws {
      let miner = try Miner(setup: common.setup())
      let live = try miner.pin(generation)
      miner.noteDisplaced()
      print("generation \(live) is live and pinned; `misfire models unpin` unpins it")
    }
  }

  struct Unpin: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let the next accepted training go live again.")

    @OptionGroup var common: CommonOptions

    func run() throws {
      let unpinned = try Miner(setup: common.setup()).unpin()
      print(unpinned.map { "generation \($0) is no longer pinned" } ?? "no generation was pinned")
    }
  }

  /// A generation as `--json` shows it.
  private struct Generation: Encodable {
    let generation, positives, negatives, hardNegatives: Int
    let objective: Double
    let metrics: GenerationMetrics
    let accepted, forced, live, pinned, wasLive, deleted: Bool
    let reason: String
    let time: Date

    init(_ state: GenerationState) throws {
      let record = state.record
      generation = record.number
      positives = record.positives
      negatives = record.negatives
      hardNegatives = record.hardNegatives
      objective = record.objective
      metrics = try GenerationMetrics(json: record.metrics)
      accepted = record.isAccepted
      forced = record.isForced
      live = state.isLive
      pinned = state.isPinned
      wasLive = state.wasLive
      deleted = record.deleted != nil
      reason = record.reason
      time = record.time
    }
  }
}

extension GenerationState {
  /// One letter for a list: pinned and so live, live, or neither.
  fileprivate var mark: String { isPinned ? "P" : isLive ? "L" : " " }
}
