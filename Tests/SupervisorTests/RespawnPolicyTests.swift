import Testing

@testable import Supervisor

struct RespawnPolicyTests {
  @Test func readyWorkerIsReplacedAtOnce() {
    var policy = RespawnPolicy()
    for _ in 0..<5 { #expect(policy.pause(afterDeathOfReadyWorker: true) == 0) }
  }

  @Test func pauseDoublesUpToALimitAsLongAsNoneGetsReady() {
    var policy = RespawnPolicy()
    let pauses = (0..<100).map { _ in policy.pause(afterDeathOfReadyWorker: false) / 1_000_000 }
    #expect(Array(pauses[..<8]) == [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
    #expect(pauses.last == 5_000)
  }

  @Test func oneThatGetsReadyEndsThePauses() {
    var policy = RespawnPolicy()
    for _ in 0..<5 { _ = policy.pause(afterDeathOfReadyWorker: false) }
    #expect(policy.pause(afterDeathOfReadyWorker: true) == 0)
    #expect(policy.pause(afterDeathOfReadyWorker: false) == 100_000_000)
  }
}
