import HTTPSemantics
import Testing

@testable import ArchiveDownload

@Suite struct PartialDownloadsTests {
  private let old = EntityTag("old")
  private let new = EntityTag("new")

  private func partial() throws -> PartialDownloads {
    let partial = try PartialDownloads()
    partial.remember(old, upTo: 1_000, of: "trip", by: "192.0.2.1")
    return partial
  }

  @Test(arguments: [1, 999, 1_000])
  func restOfAnotherArchiveIsAMismatch(offset: UInt64) throws {
    let partial = try partial()
    #expect(partial.isMismatch(new, from: offset, of: "trip", by: "192.0.2.1"))
    #expect(!partial.isMismatch(old, from: offset, of: "trip", by: "192.0.2.1"))
  }

  @Test func whatTheClientCannotHaveIsNoResumption() throws {
    #expect(try !partial().isMismatch(new, from: 1_001, of: "trip", by: "192.0.2.1"))
  }

  @Test func othersAndOtherArchivesAreNotMeant() throws {
    let partial = try partial()
    #expect(!partial.isMismatch(new, from: 10, of: "trip2", by: "192.0.2.1"))
    #expect(!partial.isMismatch(new, from: 10, of: "trip", by: "192.0.2.2"))
  }

  @Test func whoHasAllOfItIsForgotten() throws {
    let partial = try partial()
    partial.forget(old, of: "trip", by: "192.0.2.2")
    partial.forget(new, of: "trip", by: "192.0.2.1")
    #expect(partial.isMismatch(new, from: 10, of: "trip", by: "192.0.2.1"))
    partial.forget(old, of: "trip", by: "192.0.2.1")
    #expect(!partial.isMismatch(new, from: 10, of: "trip", by: "192.0.2.1"))
  }

  @Test func furthestOfSeveralPartsCounts() throws {
    let partial = try partial()
    partial.remember(old, upTo: 10, of: "trip", by: "192.0.2.1")
    #expect(partial.isMismatch(new, from: 900, of: "trip", by: "192.0.2.1"))
  }

  @Test func laterDownloadTakesTheEarlierOnesPlace() throws {
    let partial = try partial()
    partial.remember(new, upTo: 500, of: "trip", by: "192.0.2.1")
    #expect(!partial.isMismatch(new, from: 400, of: "trip", by: "192.0.2.1"))
    #expect(partial.isMismatch(old, from: 400, of: "trip", by: "192.0.2.1"))
  }
}
