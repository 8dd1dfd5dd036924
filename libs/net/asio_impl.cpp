// Asio compiled once for the whole program (BOOST_ASIO_SEPARATE_COMPILATION), which spares every
// other file that includes it some seconds.
#include <boost/asio/impl/src.hpp>
