import Testing

@testable import ObjectStorage

@Suite struct DeletionLinesTests {
  private var lines = DeletionLines()

  private mutating func deletions(_ count: Int, keyLength: Int) -> Int {
    (0..<count).count { _ in lines.takesLineForDeletion(keyLength: keyLength) }
  }

  private mutating func refusals(_ count: Int) -> Int {
    (0..<count).count { _ in lines.takesLineForRefusal(keyLength: 3) }
  }

  @Test mutating func ordinaryKeysAreAllTold() {
    let reported = deletions(1_000, keyLength: 32)
    #expect(reported == 1_000 && lines.deleted == 0 && lines.refused == 0)
  }

  @Test mutating func longKeysAreCounted() {
    let reported = deletions(1_000, keyLength: 1_024)
    #expect(reported == 32 && lines.deleted == 968)
  }

  @Test mutating func refusalsAreFew() {
    let reported = refusals(1_000)
    #expect(reported == 10 && lines.refused == 990)
    let after = deletions(1, keyLength: 3)
    #expect(after == 1)
  }
}
