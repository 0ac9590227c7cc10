"""Who says and hears what: one row per type of device. Topics, access rights, the AsyncAPI document follow from it."""

from typing import NamedTuple

from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract.actor import Device


class DeviceType(NamedTuple):
    """One row: what this type of device may say and hears, and what it is for."""

    name: str
    purpose: str
    says: tuple[type[e.Event], ...]
    hears: tuple[type[c.Command], ...]


EVERY_DEVICE: tuple[type[e.Event], ...] = (e.CommandDone, e.CommandRefused)

PRESENCE: tuple[type[e.Event], ...] = (e.DeviceConnected, e.DeviceLost, e.JournalRecovered, e.DueSetAside)
"""Never sent as events: the coordinator makes them, of the ``connection`` topic, after a loss or a mistake of ours."""

COORDINATOR: Device = "board/coordinator"
"""Its name where it speaks itself: whether it runs, on its ``state`` topic, and to the floor of a due that fails."""

SURFACE: tuple[type[e.Event], ...] = (
    e.DocumentPresented,
    e.PageViewed,
    e.ConsentGiven,
    e.InkCaptured,
    e.SignatureRefused,
    e.ReportViewed,
)
"""Whatever shows documents to a customer: the PAD at the desk, the page behind their own link."""

HANDHELD: tuple[type[e.Event], ...] = (
    e.EngineerSignedOn,
    e.EngineerSignedOff,
    e.EngineerAway,
    e.TicketTaken,
    e.NextRequested,
    e.TicketChosen,
    e.RecallRequested,
    e.NoShowReported,
    e.ReinstatementRequested,
    e.CustomerSeated,
    e.ConsultFinished,
    e.IntakeRecorded,
    e.DiagnosisRecorded,
    e.QuotePrepared,
    e.QuoteRevised,
    e.FaultNotFound,
    e.DeviceFoundUnrepairable,
    e.DecisionDeferred,
    e.WorkStarted,
    e.WorkBlocked,
    e.AdditionalFaultFound,
    e.SupplementGivenUp,
    e.WorkFinished,
    e.QualityPassed,
    e.QualityFailed,
    e.CustomerWentAway,
    e.CustomerIdentified,
    e.HandoverRequested,
    e.HandoverAccepted,
    e.DeviceSentOut,
    e.DeviceReceivedBack,
    e.DeviceReassembled,
    e.WorkResumed,
    e.DataWiped,
    e.ReworkClaimed,
    e.DeviceScanned,
    e.DeviceFoundAgain,
    e.AccessoriesReturned,
    e.LoanerLent,
    e.LoanerReturned,
    e.LoanerWiped,
    e.PaymentAsked,
    e.PaymentAbortAsked,
    e.DocumentAsked,
    e.TouchpointTapped,
    e.PartsOrdered,
    e.PartsOrderCancelled,
    e.UnitCollected,
    e.UnitBrought,
    e.UnitAccepted,
    e.UnitRefused,
    e.PartInstalled,
    e.PartRemoved,
    e.ReturnRequested,
    e.DefectReported,
    e.ReturnLoaded,
    e.OldPartBagged,
    e.OldPartCleared,
    e.GoodsReceived,
    e.UnitInspected,
    e.UnitSentBack,
    e.UnitTransferred,
    e.UnitStoredByHand,
    e.UnitDeclaredLost,
    e.CountMade,
    e.MailInReceived,
)

ROSTER: tuple[DeviceType, ...] = (
    DeviceType(
        "queue",
        "Queue machine: tickets, check-in, who gives up.",
        (e.TicketTaken, e.CustomerCheckedIn, e.CustomerLeft),
        (c.ShowLines,),
    ),
    DeviceType(
        "calls",
        "Call display and speaker: who is called to which desk.",
        (e.CallShown,),
        (c.ShowCalls, c.Announce),
    ),
    DeviceType(
        "handheld",
        "Handheld or PC of an engineer or the parts keeper.",
        HANDHELD,
        (c.ShowWork, c.AlertHandheld),
    ),
    DeviceType(
        "board",
        "The manager's board: alarms and the decisions that only a manager takes.",
        (
            e.OverrideGiven,
            e.DayClosed,
            e.TransferRequested,
            e.TicketWithdrawn,
            e.CustomerLeft,
            e.ReinstatementRequested,
            e.AppointmentCancelled,
            e.PartsOrderCancelled,
            e.HandoverOrdered,
            e.RepairVoided,
            e.DisputeDecided,
            e.HoldDecided,
            e.ComplaintSettled,
            e.PaymentDecided,
            e.ReversalAsked,
            e.RefundAsked,
            e.AdjustmentApproved,
            e.DocumentVoided,
            e.LoanerDeclaredLost,
            e.ServiceDaySet,
            e.PriceSet,
            e.PriceWithdrawn,
            e.StaffSet,
            e.ModeSet,
            e.DeviceFoundAgain,
            e.DeviceScanned,
        ),
        (c.ShowFloor,),
    ),
    DeviceType(
        "pad",
        "PAD at a desk: documents, signatures, the white box.",
        SURFACE,
        (c.AskSignature, c.ClearScreen, c.ShowWhiteBox),
    ),
    DeviceType(
        "link",
        "The customer's own page, behind a link only they have.",
        (
            *SURFACE,
            e.RepairAnnounced,
            e.AppointmentBooked,
            e.AppointmentCancelled,
            e.CustomerLeft,
            e.QuoteDeclined,
            e.ChoiceMade,
            e.SurveyAnswered,
            e.ComplaintMade,
            e.PageRead,
        ),
        (c.AskSignature, c.ClearScreen, c.ShowWhiteBox),
    ),
    DeviceType(
        "pos",
        "Payment terminal.",
        (
            e.PaymentPresented,
            e.PaymentApproved,
            e.PaymentDeclined,
            e.PaymentAborted,
            e.PaymentStatusReported,
            e.PaymentUndone,
            e.DayReconciled,
        ),
        (c.TakePayment, c.AbortPayment, c.AskPaymentStatus, c.RefundPayment, c.ReversePayment, c.AskTotals),
    ),
    DeviceType(
        "cabinet",
        "Smart spare-parts cabinet: picks, put-away with permission, counts, doors, faults.",
        (
            e.PickQueued,
            e.PickStarted,
            e.UnitPicked,
            e.PickFailed,
            e.PickAborted,
            e.OutletEmptied,
            e.InputAsked,
            e.UnitStored,
            e.UnitDispensedAtMachine,
            e.DoorOpened,
            e.DoorClosed,
            e.CountMade,
            e.ModuleFailed,
            e.ModuleRecovered,
        ),
        (
            c.PickUnit,
            c.CancelPick,
            c.OpenOutlet,
            c.OpenInlet,
            c.AllowInput,
            c.RefuseInput,
            c.CountBin,
            c.OpenByHand,
        ),
    ),
    DeviceType(
        "robot",
        "Delivery robot: speaks VDA 5050 on its own topics.",
        (e.RobotReported, e.RobotConnectionReported, e.RobotFactsheetReported),
        (c.SendOrder, c.SendInstantActions),
    ),
    DeviceType(
        "archive",
        "Renders documents once, seals them, keeps the bytes.",
        (e.DocumentRendered, e.DocumentSealed, e.DocumentFailed),
        (c.RenderDocument, c.SealDocument),
    ),
    DeviceType(
        "notifier",
        "Messages to customers.",
        (e.NoticeDelivered, e.NoticeFailed),
        (c.SendNotice,),
    ),
    DeviceType(
        "entitlement",
        "The maker's answer: is this phone under warranty?",
        (e.EntitlementAnswered,),
        (c.LookUpEntitlement,),
    ),
)

TYPES: dict[str, DeviceType] = {row.name: row for row in ROSTER}
_SAYS = {row.name: frozenset((*EVERY_DEVICE, *PRESENCE, *row.says)) for row in ROSTER}


def may_say(device: Device, kind: type[e.Event]) -> bool:
    """Whether this type of device may make such a claim at all."""
    return kind in _SAYS.get(device.partition("/")[0], frozenset())
