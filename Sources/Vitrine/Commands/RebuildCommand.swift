internal import ArgumentParsing
internal import EngineStorage
internal import EventLoop
internal import ProgramSettings
internal import Storage

/// `vitrine rebuild`: tables that were lost are made anew from the engine.
enum RebuildCommand {
  static let help = """
    usage: vitrine rebuild [--config FILE]

    Makes the tables of the settings' database anew from the blobs in the engine, each of which carries for what it was
    put. For when the database and its backups are lost: the tables must be empty, and no host may be running.

    The engine does not know, and these are gone: access keys, ended sessions, the secret of delete links, what was set
    for buckets, blocked pictures, reports of visitors; tags and access lists that were changed after a put; approvals of
    pictures, which wait once more; copies that moved no byte, and renames, which are such copies. What was deleted within
    the last hour comes back, of small objects within the last week, and so does what lay in the trash. Objects that were
    put in parts are put together from all parts that there are; these, and whatever else is not as it was, are named.
    """

  static let syntax = CommandSyntax(options: [.settingsFile])

  @Sendable static func run(_ arguments: CommandArguments) throws(CommandFailure) -> Int32 {
    let settings = try arguments.settings()
    guard settings.shared != nil else {
      throw .failed(
        "the settings name no database and no engine: set \(SettingsTable.database.name) and \(SettingsTable.engine.name)"
      )
    }
    if let problem = ServiceIdentity.enter(dataFolder: settings.data) { throw .failed(problem) }
    do {
      let report = try LoopedCommand.result { () async throws -> TableRebuild.Report? in
        guard let storage = try await SharedStorage.opened(settings) else { return nil }
        return try await TableRebuild(storage.names, S3BlobStore(storage.engine)) { line in
          Terminal.complain("vitrine rebuild: \(line)")
        }.run()
      }
      guard let report else { return ExitStatus.failed }
      Terminal.say(
        """
        blobs: \(report.blobs) looked at, \(report.unknown) of nothing that is known
        objects: \(report.objects)
        pictures: \(report.pictures), of which \(report.waiting) wait for approval, also those that had it
        incomplete: \(report.incomplete)
        Keys, the secret, settings of buckets, blocked pictures, reports, approvals and later changes of tags and access lists are not in the engine.
        """)
      return ExitStatus.done
    } catch {
      throw .failed("\(error)")
    }
  }
}
