import Pictures
import Storage
import Testing

struct ExpiryScheduleTests {
  /// Pictures that are over, as a catalogue would name them.
  private struct Catalog {
    var over: [StoredName]
    var stuck: Set<StoredName> = []
    var attempts = 0
    var questions = 0
    var reported = 0

    init(_ count: Int) {
      over = (0..<count).compactMap { StoredName("\($0).png") }
    }

    func first(_ limit: Int) -> [StoredName] { Array(over.prefix(limit)) }

    mutating func removes(_ name: StoredName) -> Bool {
      attempts += 1
      if stuck.contains(name) { return false }
      over.removeAll { $0 == name }
      return true
    }
  }

  private static let second: UInt64 = 1_000_000_000
  private var schedule = ExpirySchedule()

  private mutating func run(_ catalog: inout Catalog, atSecond second: UInt64) {
    let now = second * Self.second
    while let limit = schedule.limit(at: now) {
      catalog.questions += 1
      let names = catalog.first(limit)
      for name in schedule.choice(of: names) where !catalog.removes(name) {
        if schedule.couldNotRemove(name, at: now) { catalog.reported += 1 }
      }
      if names.count < limit { return }
    }
  }

  @Test(arguments: [0, 1, 99, 100, 101, 1_234]) mutating func allThatIsOverIsRemoved(count: Int) {
    var catalog = Catalog(count)
    run(&catalog, atSecond: 100)
    #expect(catalog.over.isEmpty && catalog.attempts == count)
  }

  @Test mutating func whatIsStuckKeepsNoOtherAndIsTriedAgainLater() {
    var catalog = Catalog(450)
    let stuck = catalog.first(150)
    catalog.stuck = Set(stuck)
    run(&catalog, atSecond: 100)
    #expect(catalog.over == stuck && catalog.attempts == 450)
    run(&catalog, atSecond: 101)
    #expect(catalog.attempts == 450, "it rests")
    #expect(catalog.reported == 1, "one line is enough for all")
    catalog.stuck = []
    run(&catalog, atSecond: 111)
    #expect(catalog.over.isEmpty && catalog.attempts == 600)
  }

  @Test mutating func catalogThatTakesNoRemovalIsNotTriedWithoutEnd() {
    var catalog = Catalog(5_000)
    catalog.stuck = Set(catalog.over)
    run(&catalog, atSecond: 100)
    #expect((1_000..<2_500).contains(catalog.attempts))
    let attempts = catalog.attempts
    run(&catalog, atSecond: 105)
    #expect(catalog.attempts == attempts)
    run(&catalog, atSecond: 120)
    #expect(catalog.attempts > attempts)
  }

  @Test mutating func catalogThatDoesNotAnswerIsLeftAloneForAWhile() {
    var questions: [UInt64] = []
    for second in 100...125 as ClosedRange<UInt64> {
      guard schedule.limit(at: second * Self.second) != nil else { continue }
      questions.append(second)
      schedule.couldNotAsk(at: second * Self.second)
    }
    #expect(questions == [100, 110, 120])
  }
}
