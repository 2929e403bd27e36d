# What a plan of identity providers must not do, for conftest or OPA:
#
#   idpctl plan --out plan.json
#   conftest test plan.json --policy examples/policy/rego
#
# or, without conftest:
#
#   opa eval --fail-defined -i plan.json -d examples/policy/rego 'data.main.deny[_]'
#
# The plan has Terraform's names (`resource_changes[_].change.actions`), so that rules written for
# Terraform's plans work here as they are; what Terraform does not know stands under `idpctl`.
#
# What was agreed is given beside the plan, in a file that its own reviewers guard, by the keys of the
# providers: conftest test plan.json --policy examples/policy/rego --data approvals.yaml
#
#   approvals:
#     trust: [partners]        # whom these providers will trust was looked at
#     replace: [workforce]     # their users know
package main

import rego.v1

changes contains change if some change in input.resource_changes

# Without approvals nothing is approved.
may_change_trust contains key if some key in data.approvals.trust

may_be_replaced contains key if some key in data.approvals.replace

is_deleted(change) if change.change.actions == ["delete"]

is_replaced(change) if {"create", "delete"} == {action | some action in change.change.actions}

is_protected(change) if change.idpctl.impact.protected

# The record remembers it, also after the block that asked for it is gone.
is_protected(change) if change.idpctl.record.mark.protect

deny contains message if {
	some change in changes
	is_deleted(change)
	is_protected(change)
	message := sprintf("%s is protected and would be deleted: unprotect it first", [change.address])
}

deny contains message if {
	some change in changes
	some field in change.idpctl.fields
	field.trust
	not change.name in may_change_trust
	message := sprintf("%s would change whom it trusts (%s): name it in approvals.trust", [change.address, field.path])
}

deny contains message if {
	some change in changes
	is_replaced(change)
	not change.name in may_be_replaced
	message := sprintf("%s would be replaced: name it in approvals.replace", [change.address])
}

deny contains message if {
	some change in changes
	change.change.actions == ["delete", "create"]
	message := sprintf("%s would be gone for a moment: let its replacement create first", [change.address])
}

deny contains message if {
	not input.complete
	message := "the plan is not complete: plan without --only, and with every provider resolved"
}

deny contains message if {
	input.errored
	message := "the plan has errors"
}

warn contains message if {
	deleted := count([change | some change in changes; is_deleted(change)])
	deleted > 0
	message := sprintf("%d to delete: see that nobody uses them any more", [deleted])
}
