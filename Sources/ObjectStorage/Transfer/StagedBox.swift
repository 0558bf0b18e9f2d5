internal import FileStore
internal import Synchronization

/// Carries a staged file into a closure of a pool, which takes it out once.
final class StagedBox: Sendable {
  private let file: Mutex<StagedFile?>

  init(_ file: consuming sending StagedFile?) {
    self.file = Mutex(file)
  }

  func take() -> StagedFile? {
    file.withLock { $0.take() }
  }
}
