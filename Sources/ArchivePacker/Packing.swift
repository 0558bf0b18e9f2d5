internal import ArgumentParsing
internal import Posix
internal import ZipArchive

/// One run of the command: look for the files, then write the archive.
struct Packing {
  private let options: ArchiveOptions
  private let dependencies: Dependencies
  private let attributes: MemberAttributes

  /// - Throws: where the options do not fit what the process was started with.
  init(_ options: ArchiveOptions, _ dependencies: Dependencies) throws(UsageError) {
    guard options.saveName != nil || !dependencies.output.descriptor.isTerminal else {
      throw .unsuitableEnvironment(
        "standard output is a terminal: save the archive with --save NAME, or redirect it")
    }
    self.options = options
    self.dependencies = dependencies
    attributes = options.isReproducible ? .reproducible(time: try Self.fixedTime(dependencies)) : .own
  }

  /// Packs, and says what is wrong.
  /// - Returns: whether there is an archive now.
  func run() -> Bool {
    do throws(PackingError) {
      if let name = options.saveName {
        try save(as: name)
      } else {
        let plan = try plan(FileWalk(archive: Self.id(of: dependencies.output)))
        try write(plan, to: ArchiveOutput(stream: dependencies.output))
      }
      return true
    } catch .interrupted(let signal) {
      // Signals are no longer held back: this one ends the program, as it would have before.
      try? ProcessControl.kill(ProcessControl.currentID, signal)
      return false
    } catch {
      dependencies.say("\(error.message); no archive was made")
      return false
    }
  }

  private func save(as name: String) throws(PackingError) {
    var file = try SavedFile(name: name)
    let plan = try plan(
      FileWalk(archive: file.replaced.map(FileID.init), temporary: Self.id(of: file.descriptor)))
    try write(
      plan, to: ArchiveOutput(file: file.descriptor, name: name, interruptions: file.interruptions))
    try file.publish()
  }

  private static func id(of file: SharedDescriptor) -> FileID? {
    (try? file.descriptor.status()).map(FileID.init)
  }

  private func plan(_ walk: FileWalk) throws(PackingError) -> PackingPlan {
    var walk = walk
    for file in options.files {
      walk.add(file)
    }
    walk.notes.forEach(dependencies.say)
    if let last = walk.problems.last {
      // All of them are named, so that they can be put right in one go.
      walk.problems.dropLast().forEach { dependencies.say($0.message) }
      throw last
    }
    if walk.found.isEmpty, walk.hasSkippedArgument { throw .nothingToPack }
    let plan = try PackingPlan(
      walk.found, isSorted: options.isReproducible, options.hasPortableNames ? .portable : .exact)
    plan.notes.forEach(dependencies.say)
    return plan
  }

  private func write(_ plan: PackingPlan, to output: consuming ArchiveOutput) throws(PackingError) {
    let terminal = dependencies.diagnostics.descriptor.isTerminal ? dependencies.diagnostics : nil
    let progress = ProgressMeter(
      terminal: terminal, totalBytes: plan.totalSize, passes: output.canGoBack ? 1 : 2)
    defer { progress.end() }
    var writer = ArchiveWriter(output: output, level: options.level, attributes: attributes, progress: progress)
    for item in plan.items {
      try writer.add(item)
    }
    try writer.finish()
  }

  /// The time that builds agree on (reproducible-builds.org), if there is one.
  private static func fixedTime(_ dependencies: Dependencies) throws(UsageError) -> Int64 {
    guard let text = dependencies.environment("SOURCE_DATE_EPOCH"), !text.isEmpty else {
      return MemberAttributes.earliestTime
    }
    guard let time = Int64(text), time >= 0 else {
      throw .unsuitableEnvironment("SOURCE_DATE_EPOCH is a number of seconds since 1970, not \(quoted(text))")
    }
    return time
  }
}
