internal import EventLoop
internal import Journal
internal import Pictures
internal import Posix
internal import Storage

/// Makes thumbnails, each once for all who wait for it, a few at a time.
@EventLoopActor
final class Thumbnailer {
  private struct Job: Hashable {
    var name: StoredName
    var density: ThumbnailDensity
  }

  /// Programs at work in this process at once.
  private static let parallel = 2
  /// Thumbnails under way or waiting before more are turned away.
  private static let queueLimit = 256
  /// Nanoseconds after which a picture that no thumbnail could be made of is tried again.
  private static let secondTry: UInt64 = 600_000_000_000
  /// Failures that are remembered.
  private static let failureLimit = 10_000

  private let program: ThumbnailProgram?
  private let pictures: Pictures
  private let budget: any ThumbnailBudget
  private let log: OperatorLog
  /// Threads of its own: a picture that takes long must not keep uploads waiting.
  private let pool = BlockingPool(name: "thumbnails", limit: parallel)
  private let turns = Turns(parallel)
  private var underWay: [Job: LoopPromise<[UInt8]?>] = [:]
  private var failures: [Job: UInt64] = [:]

  /// - Parameters:
  ///   - program: nil where it is not installed: there are no thumbnails then.
  ///   - budget: the memory that all processes may take for them.
  init(program: ThumbnailProgram?, pictures: Pictures, budget: any ThumbnailBudget, log: OperatorLog) {
    self.budget = budget
    self.program = program
    self.pictures = pictures
    self.log = log
  }

  /// The thumbnail of a picture, which is kept for the web server, too; nil where there is none to be had now.
  func thumbnail(of name: StoredName, _ density: ThumbnailDensity) async -> [UInt8]? {
    let job = Job(name: name, density: density)
    if let running = underWay[job] { return await running.wait() ?? nil }
    guard let program, underWay.count < Self.queueLimit, !failedLately(job) else { return nil }
    let promise = LoopPromise<[UInt8]?>()
    underWay[job] = promise
    let thumbnail = await make(job, program)
    if thumbnail == nil { noteFailure(job) }
    underWay[job] = nil
    promise.fulfil(thumbnail)
    return thumbnail
  }

  private func make(_ job: Job, _ program: ThumbnailProgram) async -> [UInt8]? {
    // Who waits for a turn holds no share of the memory meanwhile.
    await turns.take()
    defer { turns.giveBack() }
    do {
      let metadata = try await pictures.metadata(of: job.name)
      let share = try await budget.take(pixels: metadata.map { Self.pixels($0) } ?? .max)
      defer { withExtendedLifetime(share) {} }
      let picture = try await ThumbnailInput.file(of: try await pictures.open(job.name), pool: pool)
      let thumbnail = try await pool.run { () throws(ThumbnailProgram.Failure) in
        try program.run(picture.descriptor, job.density)
      }
      try await pictures.keepThumbnail(thumbnail, of: job.name, job.density)
      return thumbnail
    } catch {
      log.warning("no thumbnail: \(error)", ["name": job.name.text, "density": job.density.rawValue])
      return nil
    }
  }

  private static func pixels(_ metadata: PictureMetadata) -> UInt64 {
    let (pixels, overflow) = UInt64(clamping: metadata.width).multipliedReportingOverflow(
      by: UInt64(clamping: metadata.height))
    return overflow ? .max : pixels
  }

  private func failedLately(_ job: Job) -> Bool {
    guard let again = failures[job] else { return false }
    guard again <= EventLoop.current.now else { return true }
    failures[job] = nil
    return false
  }

  private func noteFailure(_ job: Job) {
    if failures.count >= Self.failureLimit { failures.removeAll() }
    failures[job] = EventLoop.current.now &+ Self.secondTry
  }
}
