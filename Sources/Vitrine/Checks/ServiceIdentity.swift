internal import Posix

/// Who a command acts as when root calls it on a server.
enum ServiceIdentity {
  /// Sees to it that a command works on a tree that is there, as its owner.
  /// - Returns: nil, or why it cannot be done.
  static func enter(dataFolder path: String) -> String? {
    guard (try? fileStatus(atPath: path)) != nil else {
      return "there is no data folder \(path): name the settings by --config FILE, or set VITRINE_DATA"
    }
    return assumeOwner(ofDataFolder: path)
  }

  /// Makes root the user of the service, as the unit has it.
  /// - Returns: nil, or why it cannot be done.
  static func assume(user name: String) -> String? {
    guard ProcessControl.isRoot else { return nil }
    guard let identity = ProcessControl.identity(ofUser: name) else {
      return "vitrine.service runs as user \(name), who is not there: systemd-sysusers makes him"
    }
    do throws(Errno) {
      try ProcessControl.become(user: identity.user, group: identity.group)
      return nil
    } catch {
      return "cannot act as user \(name), who runs the service: \(error); run this as that user"
    }
  }

  /// Makes root the owner of the data folder, where that is somebody else, such as the service's user: what root made in
  /// there the service could not read, and what root may write says nothing of what the service may.
  /// - Returns: nil, or why it cannot be done.
  static func assumeOwner(ofDataFolder path: String) -> String? {
    guard ProcessControl.isRoot, let owner = try? fileStatus(atPath: path), owner.user != 0 else { return nil }
    do throws(Errno) {
      try ProcessControl.become(user: owner.user, group: owner.group)
      return nil
    } catch {
      return "cannot act as user \(owner.user), who owns \(path): \(error); run this as that user"
    }
  }
}
