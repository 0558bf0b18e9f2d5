import Testing

@testable import ImageHost

struct CacheRuleTests {
  @Test func pictureIsAskedForAgainAndHandedOutForADayWhileNobodyAnswers() {
    #expect(CacheRule(seconds: 60, left: nil).text == "s-maxage=60, stale-if-error=86400")
    #expect(CacheRule(seconds: 0, left: nil).text == "s-maxage=0, stale-if-error=86400")
  }

  @Test(arguments: [(3_600, 60), (60, 60), (59, 59), (1, 1), (0, 0), (-5, 0)])
  func nothingIsHandedOutThatIsOver(left: Int64, seconds: UInt64) {
    #expect(CacheRule(seconds: 60, left: left).text == "s-maxage=\(seconds)")
  }
}
