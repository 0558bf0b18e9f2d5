import Storage
import Foundation
import Testing

@testable import LocalStorage

@Suite struct ThumbnailBudgetTests {
  @Test(arguments: [
    (0, 1), (1, 1), (25_000_000, 1), (25_000_001, 2), (75_000_001, 4), (100_000_000, 4), (UInt64.max, 4),
  ])
  func sharesGrowWithThePicture(_ pixels: UInt64, _ shares: Int) {
    #expect(LocalThumbnailBudget.shares(of: pixels) == shares)
  }

  @Test func thereAreAsManyAtOnceAsThereAreShares() throws {
    let folder = TemporaryFolder()
    // As in two processes.
    let budgets = try (0..<2).map { _ in LocalThumbnailBudget(in: try PrivateFolder(dataFolder: folder.path)) }
    let counter = Counter()
    DispatchQueue.concurrentPerform(iterations: 48) { number in
      let pixels: UInt64 = number % 6 == 0 ? 100_000_000 : number % 6 == 1 ? 40_000_000 : 1_000_000
      do {
        let share = try budgets[number % 2].taken(pixels: pixels)
        counter.change(LocalThumbnailBudget.shares(of: pixels))
        Thread.sleep(forTimeInterval: 0.002)
        counter.change(-LocalThumbnailBudget.shares(of: pixels))
        withExtendedLifetime(share) {}
      } catch {
        counter.change(1_000)
      }
    }
    #expect(counter.most <= LocalThumbnailBudget.shares && counter.now == 0)
  }

  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var now = 0
    private(set) var most = 0

    func change(_ number: Int) {
      lock.lock()
      defer { lock.unlock() }
      now += number
      most = max(most, now)
    }
  }
}
