internal import Digests
internal import HTTPSemantics
public import Posix

/// An access key of the object store: an account.
public struct AccessKey: Equatable, Sendable {
  /// What names the account, and is sent with every request.
  public var name: String
  /// What requests are signed with.
  public var secret: String
  /// A policy document that narrows or widens what the account may do; nil for the usual rights.
  public var policy: String?
  /// When it was made.
  public var created: Timestamp
  /// Whether it is refused for the time being.
  public var isDisabled = false
  /// What sessions are bound to beside the secret: another one ends those that were begun before. Empty in a key that was
  /// made before there were any.
  public private(set) var epoch: String

  /// A key.
  public init(name: String, secret: String, policy: String?, created: Timestamp) {
    self.name = name
    self.secret = secret
    self.policy = policy
    self.created = created
    epoch = Self.newEpoch()
  }

  /// What a session of this key is bound to: it ends when the secret changes, when the key is disabled, and when it is
  /// removed, also if the key is then made as it was.
  public var sessionBinding: String { epoch.isEmpty ? secret : "\(epoch):\(secret)" }

  /// Ends all sessions that were begun with the key.
  mutating func endSessions() { epoch = Self.newEpoch() }

  private static func newEpoch() -> String { Hexadecimal.encode(SecureRandom.bytes(16)) }

  /// Whether a text can name a key: 3 to 128 letters, digits and `. _ - @ +`.
  public static func isName(_ text: String) -> Bool {
    (3...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: ".-_@+".utf8.contains(byte)
        }
      }
  }

  /// Whether a text is long enough for a secret.
  public static func isSecret(_ text: String) -> Bool { text.utf8.count >= 8 }

  /// A secret that nobody can guess: 40 letters, digits, `-` and `_`.
  public static func newSecret() -> String { Base64.url.encode(SecureRandom.bytes(30)) }

  var json: JSONValue {
    .object([
      .init(name: "name", value: .string(name)),
      .init(name: "secret", value: .string(secret)),
      .init(name: "policy", value: policy.map { .string($0) } ?? .null),
      .init(name: "created", value: .int(created.totalNanoseconds)),
      .init(name: "disabled", value: .bool(isDisabled)),
      .init(name: "epoch", value: .string(epoch)),
    ])
  }

  /// Reads a key; nil where anything of it is not as it should be. A policy that cannot be read must not pass for none,
  /// nor a disabled key for one that is not.
  init?(_ json: JSONValue) {
    guard let name = json["name"]?.stringValue, let secret = json["secret"]?.stringValue,
      let created = json["created"]?.intValue
    else { return nil }
    self.init(name: name, secret: secret, policy: nil, created: Timestamp(totalNanoseconds: created))
    switch json["policy"] {
    case .string(let text)?: policy = text
    case .null?, nil: break
    default: return nil
    }
    switch json["disabled"] {
    case .bool(let flag)?: isDisabled = flag
    case nil: break
    default: return nil
    }
    epoch = json["epoch"]?.stringValue ?? ""
  }
}
