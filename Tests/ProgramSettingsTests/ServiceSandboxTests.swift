import ProgramSettings
import Testing

struct ServiceSandboxTests {
  /// The unit as it is shipped.
  private static let shipped = """
    LoadState=loaded
    User=vitrine
    ExecStart={ path=/usr/bin/vitrine ; argv[]=/usr/bin/vitrine serve --config /etc/vitrine/vitrine.conf ; }
    ProtectSystem=strict
    ProtectHome=yes
    PrivateTmp=yes
    LogsDirectory=vitrine
    RuntimeDirectory=vitrine
    ReadWritePaths=-/var/lib/vitrine
    ReadOnlyPaths=-/var/lib/vitrine/photos
    """

  private static func sandbox(_ changes: String...) throws -> ServiceSandbox {
    try #require(ServiceSandbox(properties: ([shipped] + changes).joined(separator: "\n")))
  }

  @Test(
    arguments: [
      ("/var/lib/vitrine", ServiceSandbox.Access.writable), ("/var/lib/vitrine/images", .writable),
      ("/var/lib/vitrine/photos/a", .readOnly), ("/var/lib/vitrine2", .readOnly), ("/srv", .readOnly),
      ("/var/log/vitrine", .writable), ("/var/log", .readOnly), ("/run/vitrine", .writable), ("/", .readOnly),
      ("/home/ftp/photos", .hidden(by: "ProtectHome=yes")), ("/root", .hidden(by: "ProtectHome=yes")),
      ("/rooted", .readOnly), ("/tmp/data", .hidden(by: "PrivateTmp=yes")),
      ("/var/tmp", .hidden(by: "PrivateTmp=yes")),
    ])
  func unitAsItIsShipped(path: String, access: ServiceSandbox.Access) throws {
    let sandbox = try Self.sandbox()
    #expect(sandbox.access(to: path) == access)
    #expect(sandbox.user == "vitrine" && sandbox.requiredPaths.isEmpty)
  }

  @Test func pathsThatAreOpened() throws {
    let sandbox = try Self.sandbox("ReadWritePaths=-/var/lib/vitrine /srv/pictures +/mnt/x", "ReadOnlyPaths=")
    #expect(sandbox.access(to: "/srv/pictures/images") == .writable)
    #expect(sandbox.access(to: "/mnt/x") == .writable)
    #expect(sandbox.access(to: "/srv/other") == .readOnly)
    #expect(sandbox.requiredPaths == ["/srv/pictures", "/mnt/x"])
  }

  /// `ProtectHome=yes` makes homes inaccessible with all that is in them; `tmpfs` leaves room for what is bound.
  @Test func homes() throws {
    #expect(
      try Self.sandbox("ReadWritePaths=/home/ftp").access(to: "/home/ftp") == .hidden(by: "ProtectHome=yes"))
    #expect(
      try Self.sandbox("BindPaths=/home/ftp:/home/ftp:rbind").access(to: "/home/ftp") == .hidden(by: "ProtectHome=yes"))
    let empty = "ProtectHome=tmpfs"
    #expect(try Self.sandbox(empty, "ReadWritePaths=/home/ftp").access(to: "/home/ftp") == .hidden(by: empty))
    #expect(try Self.sandbox(empty, "BindPaths=/home/ftp").access(to: "/home/ftp/a") == .writable)
    #expect(try Self.sandbox(empty, "BindReadOnlyPaths=/home/a:/home/a:norbind").access(to: "/home/a") == .readOnly)
    #expect(try Self.sandbox("ProtectHome=read-only").access(to: "/home/a") == .readOnly)
    #expect(try Self.sandbox("ProtectHome=no", "ProtectSystem=no").access(to: "/home/a") == .writable)
  }

  @Test func unitThatIsNotThere() {
    #expect(ServiceSandbox(properties: "LoadState=not-found\nUser=") == nil)
    #expect(ServiceSandbox(properties: "") == nil)
  }
}
