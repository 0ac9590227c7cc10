"""What customers read of their repair's progress: fewer things than staff, in plainer words, and nobody's name."""

from typing import Final

from shopfloor.contract import facts as f
from shopfloor.contract.facts import Fact
from shopfloor.service.views.story_words import Either, Sentence, sentences_of

PROGRESS: Final[dict[type[Fact], Sentence]] = {
    f.RepairOpened: "Your repair was opened.",
    f.PhoneDescribed: "Your phone was taken in: {model}, {photos} photos.",
    f.EntitlementKnown: Either(
        "covered", "The maker's warranty covers your phone.", "The maker's warranty does not cover your phone."
    ),
    f.IntakeSigned: "You signed the repair agreement; the diagnosis begins.",
    f.CauseFound: "Found: {fault_fault}.",
    f.SupplementNeeded: "More was found: {fault_fault}. Nothing of it is repaired before you have signed.",
    f.QuoteFrozen: "Your quote is ready: {total_cny} yuan.",
    f.QuoteApproved: "You signed the quote: at most {cap_cny} yuan.",
    f.QuoteTurnedDown: "You declined the quote.",
    f.SupplementDeclined: "Only what you signed first is repaired.",
    f.ReturnDecided: "Your phone goes back unrepaired.",
    f.RepairStarted: "The repair began.",
    f.RepairHeld: "The repair stands still for now.",
    f.RepairResumed: "The repair goes on.",
    f.RepairBlocked: "The repair waits for a part.",
    f.RepairUnblocked: "The part is there; the repair goes on.",
    f.PartsOrderOpened: "The part {sku} was ordered from the cabinet.",
    f.PartBackordered: "The part {sku} is not in the shop; it was ordered in.",
    f.PickDone: "The part left its bin.",
    f.JobLoaded: "The part is on its way, with robot {robot}.",
    f.JobByHand: "The part is brought by hand.",
    f.PartArrived: "The part is at the desk.",
    f.PartAccepted: "The sealed part {unit} was checked and taken.",
    f.PartRefused: "The part was not right; another one comes.",
    f.PartFitted: "The part {unit} is in your phone.",
    f.RepairFinished: "The work is finished.",
    f.QualityCheckPassed: "A second look at the phone: everything works.",
    f.QualityCheckFailed: "A second look found something; it is put right.",
    f.RepairReported: "Your report is ready: {payable_cny} yuan to pay.",
    f.PaymentSettled: "You paid {amount_cny} yuan.",
    f.PaymentReversed: "{amount_cny} yuan were given back.",
    f.PaymentRefunded: "{amount_cny} yuan were given back.",
    f.PromiseChanged: "The promised time has changed.",
    f.DeviceShipped: "Your phone was sent to the repair centre.",
    f.DeviceReturned: "Your phone is back from the repair centre.",
    f.PickupAwaited: "Your phone waits for you in the shop.",
    f.AccessoriesGivenBack: "You have back what came with your phone.",
    f.DeviceHandedOver: Either("unrepaired", "You have your phone back, unrepaired.", "You have your phone back."),
    f.WarrantyGiven: "This repair is under warranty until {until_at}.",
    f.WipeRecorded: "The data on your phone was erased, as you had agreed.",
    f.ChoiceRecorded: "Your choice was noted.",
    f.ComplaintReceived: "Your complaint is with the manager.",
    f.ComplaintClosed: "Your complaint was settled.",
}
MSGIDS: Final = sentences_of(PROGRESS)
"""Every sentence, for translators."""
