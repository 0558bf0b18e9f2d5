import Testing

@testable import Console

@Suite struct SignInThrottleTests {
  private let second: UInt64 = 1_000_000_000

  @Test func answersToWrongSecretsComeLaterAndLater() {
    var throttle = SignInThrottle()
    var now: UInt64 = 0
    var waits: [UInt64] = []
    for _ in 0..<8 {
      guard case .after(let wait) = throttle.failed("192.0.2.1", "root", at: now) else { break }
      waits.append(wait)
      now += wait
    }
    let expected: [UInt64] = [0, 0, 0, second / 2, second, 2 * second, 4 * second, 8 * second]
    #expect(waits == expected)
    #expect(throttle.failed("192.0.2.1", "root", at: now) == .refused(retryAfter: 17))
    #expect(throttle.failed("192.0.2.1", "root", at: now + 16 * second) == .after(0))
  }

  @Test(arguments: [8, 20, 60]) func rightSecretIsNotHeldUpByWrongOnes(failures: Int) {
    var throttle = SignInThrottle()
    for _ in 0..<failures {
      #expect(throttle.admit("127.0.0.1", "root", at: 5) == .after(0))
      _ = throttle.failed("127.0.0.1", "root", at: 5)
    }
    #expect(throttle.admit("127.0.0.1", "root", at: 5) == .after(0))
  }

  @Test func wrongSecretsOneAfterTheOtherNeverShutOthersOut() {
    var throttle = SignInThrottle()
    var now: UInt64 = 0
    for _ in 0..<1_000 {
      guard case .after(let wait) = throttle.admit("127.0.0.1", "root", at: now) else {
        Issue.record("an attempt was not judged")
        return
      }
      #expect(wait <= SignInThrottle.interval)
      now += wait
      _ = throttle.failed("127.0.0.1", "root", at: now)
    }
  }

  @Test func guessesAreJudgedAtABoundedRate() {
    var throttle = SignInThrottle()
    var judged = 0
    for tenth in 0..<6_000 {
      let now = UInt64(tenth) * second / 10
      for _ in 0..<5 {
        if case .after = throttle.admit("192.0.2.1", "root", at: now) { judged += 1 }
      }
    }
    // Ten minutes.
    #expect(judged <= Int(SignInThrottle.burst) + 600 + 12)
  }

  @Test func attemptsAtTheSameTimeQueue() {
    var throttle = SignInThrottle()
    let decisions = (0..<400).map { _ in throttle.failed("192.0.2.1", "root", at: 5) }
    #expect(decisions.filter { $0 == .after(0) }.count == SignInThrottle.freeFailures)
    #expect(
      decisions.filter { if case .refused = $0 { true } else { false } }.count >= 390)
  }

  @Test func successForgivesItsOwnKeyOnly() {
    var throttle = SignInThrottle()
    for name in ["root", "other"] {
      for _ in 0..<6 { _ = throttle.failed("192.0.2.1", name, at: 0) }
    }
    throttle.succeeded("192.0.2.1", "other")
    #expect(throttle.failed("192.0.2.1", "other", at: 0) == .after(0))
    #expect(throttle.failed("192.0.2.1", "root", at: 0) != .after(0))
  }

  @Test func addressesAreForgottenAfterAWhile() {
    var throttle = SignInThrottle()
    for _ in 0..<6 { _ = throttle.failed("192.0.2.1", "root", at: 0) }
    let later = SignInThrottle.memory + 60 * second
    #expect(throttle.failed("192.0.2.1", "root", at: later) == .after(0))
    #expect(throttle.failed("192.0.2.1", "root", at: later) == .after(0))
  }

  @Test func othersDoNotWait() {
    var throttle = SignInThrottle()
    for _ in 0..<6 { _ = throttle.failed("192.0.2.1", "root", at: 0) }
    #expect(throttle.failed("192.0.2.2", "root", at: 0) == .after(0))
    #expect(throttle.failed("192.0.2.1", "other", at: 0) == .after(0))
  }

  @Test(arguments: [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
    ("2001:db8::1", "2001:db8::2", true), ("::1", "::2", true), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
  ])
  func networkOfVersion6CountsAsOne(_ one: String, _ other: String, _ isSame: Bool) {
    var throttle = SignInThrottle()
    for _ in 0..<5 { _ = throttle.failed(one, "root", at: 0) }
    #expect((throttle.failed(other, "root", at: 0) != .after(0)) == isSame)
  }

  @Test func memoryIsBounded() {
    var throttle = SignInThrottle()
    for number in 0..<(SignInThrottle.capacity + 500) {
      _ = throttle.admit("address-\(number)", "root", at: UInt64(number))
    }
    #expect(throttle.count == SignInThrottle.capacity)
  }
}
