//! Every rule that domain holds, by its number: given a house, when somebody asks, then what is so.

#[cfg(test)]
mod access;
#[cfg(test)]
mod api_keys;
#[cfg(test)]
mod batches;
#[cfg(test)]
mod deactivation;
#[cfg(test)]
mod entities;
#[cfg(test)]
mod house;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod members;
#[cfg(test)]
mod order_of_refusals;
#[cfg(test)]
mod organization;
#[cfg(test)]
mod removal;
#[cfg(test)]
mod serde_forms;
#[cfg(test)]
mod users;
#[cfg(test)]
mod values;
#[cfg(test)]
mod violations;
#[cfg(test)]
mod visibility;
#[cfg(test)]
mod who_may;
