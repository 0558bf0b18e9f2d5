internal import Posix
internal import ProgramSettings

/// The program as a server has it, installed below /usr or /usr/local: settings, unit and socket belong to it there.
enum InstalledProgram {
  /// The settings that are read where no other file is named; nil for a program that is not installed, such as that of a
  /// clone, or has no such file.
  static let settingsFile: String? = {
    let path = "/etc/vitrine/vitrine.conf"
    guard let program = try? ProcessControl.programPath(), program.hasSuffix("/bin/vitrine"),
      (try? fileStatus(atPath: program.dropLast("bin/vitrine".count) + "share/vitrine")) != nil,
      (try? fileStatus(atPath: path)) != nil
    else { return nil }
    return path
  }()

  /// What the unit lets the service see and write, and as whom it runs, if it is the one that reads these settings.
  static func sandbox(settingsFile: String?) -> ServiceSandbox? {
    guard let settingsFile = settingsFile ?? self.settingsFile,
      let text = show("vitrine.service", ServiceSandbox.properties),
      let sandbox = ServiceSandbox(properties: text), sandbox.commandLine.contains(settingsFile)
    else { return nil }
    return sandbox
  }

  /// The addresses that systemd hands over to the service, as it prints them; nil where there is no such socket.
  static func socket() -> String? {
    guard let text = show("vitrine.socket", ["ActiveState", "Listen"]) else { return nil }
    let lines = text.split(separator: "\n")
    guard lines.contains("ActiveState=active") else { return nil }
    return lines.first { $0.hasPrefix("Listen=") }.map { String($0.dropFirst("Listen=".count)) }
  }

  /// What `systemctl show` prints; nil where no systemd runs.
  private static func show(_ unit: String, _ properties: [String]) -> String? {
    guard (try? fileStatus(atPath: "/run/systemd/system")) != nil else { return nil }
    let program = ChildProgram(
      path: "/usr/bin/systemctl",
      arguments: ["systemctl", "show", "--property=" + properties.joined(separator: ","), unit],
      environment: ["LC_ALL=C", "PATH=/usr/bin:/bin"])
    do throws(Errno) {
      let output = try FileDescriptor.inMemory("systemctl")
      let child = try program.start(input: try FileDescriptor.open("/dev/null", .readOnly), output: output)
      guard try child.wait(nanoseconds: 10_000_000_000) == .exited(0) else { return nil }
      return String(decoding: try output.readAll(limit: 1 << 16), as: UTF8.self)
    } catch {
      return nil
    }
  }
}
