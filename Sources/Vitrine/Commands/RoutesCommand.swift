internal import ArgumentParsing

/// `vitrine routes`: the route table as the worker has it, for the test that compares it with nginx's.
enum RoutesCommand {
  @Sendable static func run(_ arguments: CommandArguments) -> Int32 {
    for line in RouteTable.lines { Terminal.say(line) }
    return ExitStatus.done
  }
}
