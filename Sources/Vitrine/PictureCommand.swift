internal import Digests
internal import HTTPSemantics
internal import Journal
internal import LocalStorage
internal import Magic
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
      switch action {
      case "list": return work(settings, list)
      case "blocked": return work(settings, listBlocked)
      case "delete": return work(settings) { (store) throws(StoreError) in try delete(line.operands[0], store) }
      case "block": return work(settings) { (store) throws(StoreError) in try block(line.operands[0], store) }
      default: return work(settings) { (store) throws(StoreError) in try unblock(line.operands[0], store) }
      }
    }
  }

  /// Opens the store, does something with it, and notes what was done.
  private static func work(
    _ settings: Settings, _ body: (ImageStore) throws(StoreError) -> [ActivityEvent]
  ) -> Int32 {
    if let problem = ServiceIdentity.enter(dataFolder: settings.data) { return failure(problem) }
    do {
      let workspace = try Workspace(settings, try MagicDatabase(), OperatorLog(level: settings.level))
      for event in try body(workspace.store) { workspace.activity.record(event) }
      return ExitStatus.done
    } catch StoreError.notFound {
      return failure("there is none of that name")
    } catch {
      return failure("\(error)")
    }
  }

  private static func list(_ store: ImageStore) throws(StoreError) -> [ActivityEvent] {
    var after: PictureCursor?
    repeat {
      let page = try store.list(PictureQuery(limit: 1_000, after: after, includesUnlisted: true))
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

  private static func listBlocked(_ store: ImageStore) throws(StoreError) -> [ActivityEvent] {
    for picture in try store.blocked.all() {
      Terminal.say(
        [
          Hexadecimal.encode(picture.sha256), RFC3339.format(picture.blocked.seconds),
          LineEscaping.escape(picture.name),
        ].joined(separator: "  "))
    }
    return []
  }

  private static func delete(_ text: String, _ store: ImageStore) throws(StoreError) -> [ActivityEvent] {
    guard let name = StoredName(text), let facts = try store.facts(of: name) else { throw .notFound }
    try store.remove(name)
    return [.pictureDeleted(name: facts.originalName)]
  }

  private static func block(_ text: String, _ store: ImageStore) throws(StoreError) -> [ActivityEvent] {
    if let digest = SHA256.digest(hexadecimal: text) {
      let removed = try store.block(digest, at: Clock.now())
      return [.pictureBlocked(name: text, copies: removed.count)]
    }
    guard let name = StoredName(text) else { throw .notFound }
    let removed = try store.block(name, at: Clock.now())
    return [.pictureBlocked(name: removed.first?.originalName ?? text, copies: removed.count)]
  }

  private static func unblock(_ text: String, _ store: ImageStore) throws(StoreError) -> [ActivityEvent] {
    guard let digest = SHA256.digest(hexadecimal: text) else { throw .notFound }
    try store.blocked.remove(digest)
    return [.pictureUnblocked(digest: text)]
  }

  private static func failure(_ message: String) -> Int32 {
    Terminal.failed("picture", message)
  }

  private static func usage(_ message: String) -> Int32 {
    Terminal.misused("picture", message)
  }
}
