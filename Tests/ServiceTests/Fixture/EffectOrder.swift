import EffectTrace
import EventLoop

/// What a test process did to files, in order.
struct EffectTraceRun {
  /// What it did.
  let effects: [effect]

  /// Records what happens below a folder while the body runs.
  /// - Parameters:
  ///   - tampering: what is done to one of the syncs, links and renames.
  ///   - index: which one.
  @EventLoopActor
  static func record(
    below folder: String, _ tampering: effect_tampering = EFFECT_KEEP, _ index: Int = -1,
    _ body: @EventLoopActor () async throws -> Void
  ) async rethrows -> EffectTraceRun {
    effect_trace_start(folder, tampering, Int32(index))
    defer { effect_trace_stop() }
    try await body()
    return EffectTraceRun(effects: (0..<effect_trace_count()).map { effect_trace_at($0) })
  }

  /// Those that can be tampered with, in their order.
  var tamperable: [effect] { effects.filter(\.isTamperable) }
}

/// What a power cut may take, reckoned from the order in which files were changed, synced and named.
///
/// A name lasts when its folder was synced afterwards; the content of a file lasts when it was synced afterwards; and a
/// name that lasts must never stand for content that does not.
struct EffectOrder {
  /// A name in a folder.
  private struct Entry: Hashable {
    var folder: UInt64
    var name: String
  }

  /// Inodes with content or attributes that no sync has followed; for those that are synced, when they last changed.
  private var unsynced: Set<UInt64> = []
  private var lastChange: [UInt64: UInt64] = [:]
  /// Names that no sync of their folder has followed, and what they stand for; nil for those that were removed.
  private var pending: [Entry: UInt64?] = [:]
  /// Names that were made while the trace was on.
  private var made: Set<Entry> = []

  /// What the inodes are called.
  private var names: [UInt64: String] = [:]

  /// The places of syncs, among those that can be tampered with, which a power cut makes no difference to: nothing had
  /// changed, or the same folder is synced once more.
  private(set) var redundant: Set<Int> = []
  private var lastSync: [UInt64: Int] = [:]

  /// What is wrong with the order.
  private(set) var problems: [String] = []

  init(_ effects: [effect]) {
    var index = 0
    for effect in effects {
      if effect.isSync {
        let changesNothing = !unsynced.contains(effect.file) && !pending.keys.contains { $0.folder == effect.file }
        if changesNothing { redundant.insert(index) }
        if effect.is_folder != 0, let former = lastSync.updateValue(index, forKey: effect.file) {
          redundant.insert(former)
        }
      }
      take(effect)
      if effect.isTamperable { index += 1 }
    }
  }

  private mutating func take(_ effect: effect) {
    let entry = Entry(folder: effect.folder, name: effect.newName)
    switch effect_kind(UInt32(effect.kind)) {
    // Of an empty file only the name counts.
    case EFFECT_MODE where effect.size == 0: break
    case EFFECT_CHANGE, EFFECT_MODE:
      unsynced.insert(effect.file)
      if !entry.name.isEmpty { names[effect.file] = entry.name }
    case EFFECT_SYNC, EFFECT_DATA_SYNC: sync(effect)
    case EFFECT_CREATE, EFFECT_MAKE_FOLDER: name(entry, effect.file)
    case EFFECT_LINK:
      check(effect, entry.name)
      name(entry, effect.file)
      lastChange[effect.file] = effect.changed_after
    case EFFECT_RENAME:
      check(effect, entry.name)
      remove(Entry(folder: effect.old_folder, name: effect.oldName), isMove: true)
      name(entry, effect.file)
      lastChange[effect.file] = effect.changed_after
    case EFFECT_REMOVE:
      remove(entry, isMove: false)
      names[effect.file] = nil
      // With a folder goes what was in it.
      if effect.is_folder != 0 { pending = pending.filter { $0.key.folder != effect.file } }
    default: break
    }
  }

  private mutating func sync(_ effect: effect) {
    unsynced.remove(effect.file)
    lastChange[effect.file] = effect.changed_before
    pending = pending.filter { $0.key.folder != effect.file }
  }

  /// Whether what gets a name would last.
  private mutating func check(_ effect: effect, _ name: String) {
    if unsynced.contains(effect.file) { problems.append("\(name) is named before its content is synced") }
    if effect.is_folder == 0, let synced = lastChange[effect.file], synced != effect.changed_before {
      problems.append("\(name) was changed after it was synced")
    }
    if let inner = pending.first(where: { $0.key.folder == effect.file }) {
      problems.append("folder \(name) is named before \(inner.key.name) in it lasts")
    }
  }

  private mutating func name(_ entry: Entry, _ file: UInt64) {
    names[file] = entry.name
    pending[entry] = .some(file)
    made.insert(entry)
  }

  private mutating func remove(_ entry: Entry, isMove: Bool) {
    // What was never synced leaves nothing behind; a move is one step for a file system, which the new folder's sync ends.
    if isMove || (made.contains(entry) && pending[entry] != nil) {
      pending[entry] = nil
    } else {
      pending.updateValue(nil, forKey: entry)
    }
    made.remove(entry)
  }

  /// What would not last if the power failed now.
  /// - Parameter mayBeLost: names that need not last, nor what they stand for.
  func lost(_ mayBeLost: (String) -> Bool) -> [String] {
    let entries = pending.filter { !mayBeLost($0.key.name) }.map { entry, file in
      file == nil ? "the removal of \(entry.name) is not synced" : "the name \(entry.name) is not synced"
    }
    let contents = unsynced.compactMap { names[$0] }.filter { !mayBeLost($0) }
    return entries + contents.map { "the content of \($0) is not synced" }
  }
}

extension effect {
  /// What a file got, has or had for a name; empty for a file without one.
  var newName: String { Self.text(name) }
  /// What a file was called before.
  var oldName: String { Self.text(old_name) }

  var isSync: Bool { [EFFECT_SYNC, EFFECT_DATA_SYNC].contains(effect_kind(UInt32(kind))) }
  var isTamperable: Bool { isSync || [EFFECT_LINK, EFFECT_RENAME].contains(effect_kind(UInt32(kind))) }

  /// The call, for a message.
  var shown: String {
    let names = ["change", "mode", "sync", "sync data", "create", "link", "rename", "remove", "make folder"]
    return "\(names[Int(kind)]) \(oldName)\(oldName.isEmpty ? "" : " to ")\(newName)"
  }

  private static func text<Bytes>(_ bytes: Bytes) -> String {
    withUnsafeBytes(of: bytes) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
