import Testing

@testable import Supervisor

struct WorkerWatchTests {
  private func sign(_ beats: UInt64, process: Int32 = 10, isReady: Bool = true) -> WorkerWatch.Sign {
    WorkerWatch.Sign(process: process, isReady: isReady, beats: beats)
  }

  @Test func workersThatBeatAreHealthy() {
    var watch = WorkerWatch(slots: 2)
    for beat in 1...100 {
      let verdict = watch.look(at: [sign(UInt64(beat)), sign(UInt64(beat), process: 11)])
      #expect(verdict == WorkerWatch.Verdict(isHealthy: true, hung: []))
    }
  }

  @Test func nobodyServingIsNotHealthy() {
    var watch = WorkerWatch(slots: 2)
    let verdict = watch.look(at: [sign(0, isReady: false), sign(0, process: 0, isReady: false)])
    #expect(verdict == WorkerWatch.Verdict(isHealthy: false, hung: []))
  }

  @Test func oneSilentWorkerSpoilsTheHealthOfAll() {
    var watch = WorkerWatch(slots: 2)
    var health: [Bool] = []
    for beat in 0...WorkerWatch.silentLooks {
      health.append(watch.look(at: [sign(7), sign(UInt64(beat), process: 11)]).isHealthy)
    }
    #expect(health == Array(repeating: true, count: WorkerWatch.silentLooks) + [false])
  }

  @Test func workerWithoutABeatForTooLongHangs() {
    var watch = WorkerWatch(slots: 2)
    for look in 0...(2 * WorkerWatch.hungLooks) {
      let verdict = watch.look(at: [sign(UInt64(look)), sign(7, process: 11)])
      #expect(verdict.hung == (look == WorkerWatch.hungLooks ? [1] : []))
    }
  }

  @Test func lateBeatForgivesWhatWasMissed() {
    var watch = WorkerWatch(slots: 1)
    for _ in 0..<WorkerWatch.hungLooks { _ = watch.look(at: [sign(7)]) }
    #expect(watch.look(at: [sign(8)]) == WorkerWatch.Verdict(isHealthy: true, hung: []))
    #expect(watch.look(at: [sign(8)]).hung == [])
  }

  @Test func successorIsNotBlamedForItsPredecessor() {
    var watch = WorkerWatch(slots: 1)
    for _ in 0..<WorkerWatch.hungLooks { _ = watch.look(at: [sign(0)]) }
    #expect(watch.look(at: [sign(0, process: 12)]) == WorkerWatch.Verdict(isHealthy: true, hung: []))
  }

  @Test func workerThatIsStillStartingIsNotWatched() {
    var watch = WorkerWatch(slots: 1)
    for _ in 0..<100 {
      #expect(watch.look(at: [sign(0, isReady: false)]).hung == [])
    }
  }
}
