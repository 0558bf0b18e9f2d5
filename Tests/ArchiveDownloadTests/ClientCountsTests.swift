import Testing

@testable import ArchiveDownload

@Suite struct ClientCountsTests {
  @Test func clientIsCountedInAllWorkersTogether() throws {
    let counts = try ClientCounts(slots: 2)
    counts.add("192.0.2.1", of: 0)
    counts.add("192.0.2.1", of: 1)
    #expect(counts.total("192.0.2.1") == 2)
    counts.subtract("192.0.2.1", of: 0)
    #expect(counts.total("192.0.2.1") == 1)
    counts.clear(1)
    #expect(counts.total("192.0.2.1") == 0)
  }

  @Test func networkOf64BitsIsOneClient() throws {
    let counts = try ClientCounts(slots: 1)
    for host in 1...5 { counts.add("2001:db8:1:2::\(host)", of: 0) }
    #expect(counts.total("2001:db8:1:2:ffff::9") == 5)
    for host in 1...5 { counts.subtract("2001:db8:1:2::\(host)", of: 0) }
    #expect(counts.total("2001:db8:1:2::1") == 0)
  }

  @Test func whoSharesAPlaceIsDifferentEachTime() throws {
    // There are 16,384 places: some thirty of these share one with somebody, under another key others than before.
    func sharers() throws -> Set<Int> {
      let counts = try ClientCounts(slots: 1)
      for host in 0..<100 { counts.add("192.0.2.\(host)", of: 0) }
      return Set((0..<5_000).filter { counts.total("client \($0)") > 0 })
    }
    let (first, second) = (try sharers(), try sharers())
    #expect(first != second)
    #expect(first.count < 200)
  }
}
