internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Magic
internal import Pictures
internal import Posix
internal import ProgramSettings
internal import Storage

/// `vitrine picture`: the operator's hand on the pictures of the image host.
enum PictureCommand {
  static let help = """
    usage: vitrine picture list [--config FILE]
           vitrine picture delete NAME [--config FILE]
           vitrine picture block NAME|SHA256 [--config FILE]
           vitrine picture unblock SHA256 [--config FILE]
           vitrine picture blocked [--config FILE]

    Pictures by their stored names. `list` shows all, the newest first, unlisted ones too: name, time, bytes, the address
    that it came from, SHA-256, original name. `block` deletes a picture and all copies of it, and refuses it from then on,
    by the SHA-256 of its bytes as they are stored; `blocked` lists these. Changes are effective at once.
    """

  @Sendable static func run(_ arguments: [String]) -> Int32 {
    guard let action = arguments.first else { return usage("say list, delete, block, unblock or blocked") }
    let line: CommandLineOptions
    do throws(CommandLineProblem) {
      line = try CommandLineOptions(Array(arguments.dropFirst()), known: ["--config"])
    } catch {
      return usage(error.description)
    }
    // Wrong usage is told whatever the settings say.
    switch (action, line.operands.count) {
    case ("list", 0), ("blocked", 0), ("delete", 1), ("block", 1), ("unblock", 1): break
    case ("list", _), ("blocked", _): return usage("\(action) takes no name")
    case ("delete", _), ("block", _), ("unblock", _): return usage("\(action) takes one name")
    default: return usage("there is no action \(action)")
    }
    switch line.settings(command: "picture") {
    case .stopped(let status): return status
    case .settings(let settings):
      let operand = line.operands.first ?? ""
      switch action {
      case "list": return work(settings, list)
      case "blocked": return work(settings, listBlocked)
      case "delete": return work(settings) { (pictures) throws(StorageError) in try await delete(operand, pictures) }
      case "block": return work(settings) { (pictures) throws(StorageError) in try await block(operand, pictures) }
      default: return work(settings) { (pictures) throws(StorageError) in try await unblock(operand, pictures) }
      }
    }
  }

  private typealias Action = @EventLoopActor @Sendable (Pictures) async throws(StorageError) -> [ActivityEvent]

  /// Opens the storage, does something with it, and notes what was done.
  private static func work(_ settings: Settings, _ action: @escaping Action) -> Int32 {
    if let problem = ServiceIdentity.enter(dataFolder: settings.data) { return failure(problem) }
    do {
      let magic = try MagicDatabase()
      return try LoopedCommand.run {
        do {
          let pool = BlockingPool(name: "store", limit: 1)
          let workspace = try Workspace(settings, magic, pool: pool, OperatorLog(level: settings.level))
          for event in try await action(workspace.pictures(settings, magic)) { workspace.activity.record(event) }
          return ExitStatus.done
        } catch StorageError.noSuchKey {
          return failure("there is none of that name")
        } catch {
          return failure("\(error)")
        }
      }
    } catch {
      return failure("\(error)")
    }
  }

  @EventLoopActor
  private static func list(_ pictures: Pictures) async throws(StorageError) -> [ActivityEvent] {
    var after: PictureCursor?
    repeat {
      let page = try await pictures.list(PictureQuery(limit: 1_000, after: after, includesUnlisted: true))
      for facts in page.images {
        Terminal.say(
          [
            facts.name.text, RFC3339.format(facts.uploadedAt.seconds), String(facts.content.size),
            facts.uploader ?? "-", Hexadecimal.encode(facts.content.sha256), LineEscaping.escape(facts.originalName),
          ].joined(separator: "  "))
      }
      after = page.next
    } while after != nil
    return []
  }

  @EventLoopActor
  private static func listBlocked(_ pictures: Pictures) async throws(StorageError) -> [ActivityEvent] {
    for picture in try await pictures.blockedPictures() {
      Terminal.say(
        [
          Hexadecimal.encode(picture.sha256), RFC3339.format(picture.blocked.seconds),
          LineEscaping.escape(picture.name),
        ].joined(separator: "  "))
    }
    return []
  }

  @EventLoopActor
  private static func delete(_ text: String, _ pictures: Pictures) async throws(StorageError) -> [ActivityEvent] {
    guard let name = StoredName(text) else { throw .noSuchKey }
    return [.pictureDeleted(name: try await pictures.delete(name).originalName)]
  }

  @EventLoopActor
  private static func block(_ text: String, _ pictures: Pictures) async throws(StorageError) -> [ActivityEvent] {
    if let digest = Hexadecimal.decode(text.utf8, byteCount: SHA256.byteCount) {
      return [.pictureBlocked(name: text, copies: try await pictures.block(sha256: digest).count)]
    }
    guard let name = StoredName(text) else { throw .noSuchKey }
    let removed = try await pictures.block(name)
    return [.pictureBlocked(name: removed.first?.originalName ?? text, copies: removed.count)]
  }

  @EventLoopActor
  private static func unblock(_ text: String, _ pictures: Pictures) async throws(StorageError) -> [ActivityEvent] {
    guard let digest = Hexadecimal.decode(text.utf8, byteCount: SHA256.byteCount) else { throw .noSuchKey }
    try await pictures.unblock(sha256: digest)
    return [.pictureUnblocked(digest: text)]
  }

  private static func failure(_ message: String) -> Int32 {
    Terminal.failed("picture", message)
  }

  private static func usage(_ message: String) -> Int32 {
    Terminal.misused("picture", message)
  }
}
