import Testing

@Suite struct `A power cut` {
  @Test(arguments: Undertaking.all)
  func `loses nothing at any moment of`(undertaking: Undertaking) throws {
    let result = try PowerCuts(undertaking)
    #expect(result.violations == [])
    #expect(result.cuts > result.synchronizations && result.synchronizations > 1)
    print("\(undertaking.name): \(result.cuts) power cuts, \(result.synchronizations) syncs")
  }

  @Test(arguments: Undertaking.all)
  func `would lose something without any one synchronization of`(undertaking: Undertaking) throws {
    for forgotten in 0..<(try PowerCuts(undertaking).synchronizations)
    where !undertaking.spare.contains(forgotten) {
      let result = try PowerCuts(undertaking, forgetting: forgotten)
      #expect(!result.violations.isEmpty, "synchronization \(forgotten) protects nothing")
    }
  }
}
