/// What the ranks of one communicator of a local world share.
final class LocalGroup: Sendable {
  let run: LocalRun
  /// Of each rank, its number in the run.
  let members: [Int]
  let mailboxes: [Mailbox]
  let meetingPoint: MeetingPoint

  init(of members: [Int], in run: LocalRun) {
    let number = run.nextCommunicator()
    self.run = run
    self.members = members
    mailboxes = members.indices.map { rank in
      Mailbox(
        of: run.bells[members[rank]], ranks: members.count,
        schedule: run.delivery.schedule(communicator: number, rank: rank))
    }
    meetingPoint = MeetingPoint(bells: members.map { run.bells[$0] })
  }
}
